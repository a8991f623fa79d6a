from django.utils.translation import gettext_lazy as _

from apps.common.errors import DomainError, Questioned


class NegativeStock(DomainError):
    code = "negative_stock"
    title = _("The stock would become negative.")
    rule = _("A balance is never below zero.")
    remedy = _("Count the stock, then repeat the step.")


class InvalidCount(DomainError):
    code = "invalid_count"
    title = _("The counted quantity is not valid.")
    rule = _("A counted quantity is 0 or more, whole where the unit counts pieces, and of what lies there, not on its way.")
    remedy = _("Correct the quantity or the status.")


class FarAboveLedger(Questioned):
    code = "far_above_ledger"
    title = _("Far more is counted than the ledger has.")
    rule = _(
        "A count is at most ten times what the ledger has, or less than 1,000 above it, and at most 100,000 where the ledger"
        " has nothing, or it is said to be meant."
    )
    remedy = _("Correct the quantity, or say that it is meant.")


class NothingLayThere(DomainError):
    code = "nothing_lay_there"
    title = _("What never lay here is not counted as gone.")
    rule = _("A count of 0 says that what lay here is gone.")
    remedy = _("Check the lot and the status, or leave the row out.")


class UnknownStock(DomainError):
    code = "unknown_stock"
    title = _("The part or site is unknown.")
    rule = _(
        "Stock is counted by who holds it, at one's own sites: agreed parts, own ones, and a customer's material there."
    )
    remedy = _("Choose one of your parts and sites. Of your material at a supplier, ask the supplier to count.")


class CountedTwice(DomainError):
    code = "counted_twice"
    title = _("The same stock stands twice in the count.")
    rule = _("A count names each part, status and lot once.")
    remedy = _("Take one of the two rows out.")


class OlderCount(DomainError):
    code = "older_count"
    title = _("The count is older than what stands.")
    rule = _("What was counted or moved later is not written over by an older count.")
    remedy = _("Load a newer file, or leave the row out.")
