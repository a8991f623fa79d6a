from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotFound, Questioned


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


class NoSuchPart(NotFound):
    code = "no_such_part"
    title = _("There is no such part.")
    rule = _("A part is seen by its firm, and an agreed part by its two firms.")


class PartEnded(DomainError):
    code = "part_ended"
    title = _("The part has ended.")
    rule = _("A part that has ended is neither ordered nor agreed with a supplier.")
    remedy = _("Choose another part, or take this one up again on its page.")


class OtherUnit(DomainError):
    code = "other_unit"
    title = _("The part is agreed in another unit.")
    rule = _("Price, pack and order quantities are for one of the agreed unit.")
    remedy = _("Give them for the agreed unit.")


class UnitInUse(Conflict):
    code = "unit_in_use"
    title = _("The base unit is in use.")
    rule = _("Stock and orders are kept in the unit of the part.")
    remedy = _("End this part and add one with the other unit.")


class PartInUse(Conflict):
    code = "part_in_use"
    title = _("The part is in use.")
    rule = _("A part is taken away only while nobody has agreed, ordered, planned or stored it.")
    remedy = _("End the part instead.")


class PartNotAgreed(DomainError):
    code = "part_not_agreed"
    title = _("The part is not agreed with this supplier.")
    rule = _("A price holds for a part that is agreed with its supplier.")
    remedy = _("Agree the part with this supplier first, by hand or by a table of agreed parts.")


class OtherPriceCurrency(DomainError):
    code = "other_price_currency"
    title = _("The price is in another currency.")
    rule = _("Prices are in the currency that the two firms have agreed.")
    remedy = _("Give the price in the agreed currency, or agree another one in the terms.")


class PriceOverlaps(Conflict):
    code = "price_overlaps"
    title = _("Another price holds in this time.")
    rule = _("On one day one price holds; a new one ends an open one on the day before, and no later one.")
    remedy = _("Choose a last day before the next price begins, or another first day.")


class PriceEndsBeforeStart(DomainError):
    code = "price_ends_before_start"
    title = _("The price would end before it begins.")
    rule = _("The last day of a price must not be before its first day.")
    remedy = _("Choose a later last day, or leave it empty.")


class UnknownPrice(NotFound):
    code = "unknown_price"
    title = _("There is no such price.")


class PriceInForce(Conflict):
    code = "price_in_force"
    title = _("The price has begun.")
    rule = _("Only a price that has not begun is taken back; orders may stand under the others.")
    remedy = _("Set another price from tomorrow on.")
