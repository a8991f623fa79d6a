from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, Questioned


class DuplicatePart(Conflict):
    code = "duplicate_part"
    title = _("This part number is taken.")
    rule = _("A part number with its revision stands once in a firm.")
    remedy = _("Use another number or revision, or change the part that has it.")


class UnknownPart(DomainError):
    code = "unknown_part"
    title = _("The part is unknown.")
    rule = _("A part must be one of your own, agreed with this supplier.")
    remedy = _("Open Parts and check the number.")


class UnknownRelation(DomainError):
    code = "unknown_relation"
    title = _("There is no trading relation.")
    rule = _("Shared data hangs on a trading relation of your firm.")
    remedy = _("Use one of the relations listed under Members.")


class HighPrice(Questioned):
    code = "high_price"
    title = _("The unit price is unusually high.")
    rule = _("A unit price of a thousand million or more is confirmed on purpose.")
    remedy = _("Correct the price, or confirm that it is meant.")
