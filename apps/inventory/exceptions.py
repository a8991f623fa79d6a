from django.utils.translation import gettext_lazy as _

from apps.common.errors import DomainError


class NegativeStock(DomainError):
    code = "negative_stock"
    title = _("The stock would become negative.")
    rule = _("A balance is never below zero.")
    remedy = _("Count the stock, then repeat the step.")


class InvalidCount(DomainError):
    code = "invalid_count"
    title = _("The counted quantity is not valid.")
    rule = _("A counted quantity is 0 or more, and whole where the unit counts pieces.")
    remedy = _("Correct the quantity.")


class UnknownStock(DomainError):
    code = "unknown_stock"
    title = _("The part or site is unknown.")
    rule = _("Stock is counted at one's own sites: of parts agreed with a partner, or of one's own.")
    remedy = _("Choose one of your parts and sites.")


class CountedTwice(DomainError):
    code = "counted_twice"
    title = _("The same stock stands twice in the count.")
    rule = _("A count names each part, status and lot once.")
    remedy = _("Take one of the two rows out.")
