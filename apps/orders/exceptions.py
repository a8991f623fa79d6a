from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.dates import day_text
from apps.common.errors import Conflict, DomainError, NotFound, Questioned


class UnknownOrder(NotFound):
    code = "unknown_order"
    title = _("There is no such order.")


class UnknownSite(DomainError):
    code = "unknown_site"
    title = _("The receiving site is unknown.")
    rule = _("An order is received at one of the buyer's own sites.")
    remedy = _("Choose one of your sites.")


class RelationStopped(Conflict):
    code = "relation_stopped"
    title = _("The trading relation is suspended or has ended.")
    rule = _("New orders are placed in an open trading relation; what was ordered before goes on.")
    remedy = _("Talk with your partner, and look at the relation under Partners.")


class NothingArrives(DomainError):
    code = "nothing_arrives"
    title = _("Goods do not arrive at this site.")
    rule = _("An order goes to an open site at which goods arrive.")
    remedy = _("Choose another site, or change this one under Sites.")


class NoLines(DomainError):
    code = "no_lines"
    title = _("The order has no lines.")
    rule = _("An order has 1 to 200 lines.")
    remedy = _("Add a part, a quantity and a date.")


class NumberTaken(Conflict):
    code = "order_number_taken"
    title = _("This order number is taken.")
    rule = _("An order number stands once in a firm.")
    remedy = _("Leave the number empty and Dure gives the next one, or use another.")


class InvalidQuantity(DomainError):
    code = "invalid_quantity"
    title = _("The quantity is not valid.")
    rule = _("A quantity is greater than 0, and whole where the unit counts pieces.")
    remedy = _("Correct the quantity.")


class NotWorked(DomainError):
    code = "not_worked"
    title = _("The receiving site does not work that day.")
    rule = _("The agreed terms refuse days on which the receiving site does not work.")
    remedy = _("Choose a working day; the calendar of the site shows them.")


class NotWholePacks(DomainError):
    code = "not_whole_packs"
    title = _("The quantity is no multiple of the pack size.")
    rule = _("The agreed terms refuse quantities that are no multiple of the pack size.")
    remedy = _("Order whole packs.")


class BeforeLeadTime(DomainError):
    code = "before_lead_time"
    title = _("The day is before the lead time has passed.")
    rule = _("The agreed terms refuse days before the lead time of the part has passed.")
    remedy = _("Choose a later day, or agree on other terms.")


class BelowMinimum(InvalidQuantity):
    code = "below_minimum"
    rule: Any = _("The quantity must not be below the agreed minimum order quantity.")
    remedy = _("Order at least the minimum quantity.")

    @classmethod
    def of(cls, minimum: Decimal, **given: Any) -> Self:
        """Said with the minimum itself."""
        found = cls(minimum=minimum, **given)
        rule = gettext("The quantity must be at least %(minimum)s, the agreed minimum order quantity.")
        found.rule = found.message = rule % {"minimum": f"{minimum.normalize():,f}"}
        return found


class HighQuantity(Questioned):
    code = "high_quantity"
    title = _("The quantity is unusually high.")
    rule = _("A quantity of a thousand million or more must be confirmed on purpose.")
    remedy = _("Correct the quantity, or confirm that it is meant.")


class DateInThePast(DomainError):
    code = "date_in_the_past"
    title = _("The date has passed.")
    rule = _("Orders, answers and announced arrivals must name today or a later day.")
    remedy = _("Choose a later date.")


class FarDate(Questioned):
    code = "far_date"
    title = _("The date lies more than three years ahead.")
    rule = _("A day more than three years ahead must be confirmed on purpose.")
    remedy = _("Correct the date, or confirm that it is meant.")


class LongAgo(Questioned):
    code = "long_ago"
    title = _("The date lies more than half a year back.")
    rule = _("A day more than half a year back must be confirmed on purpose.")
    remedy = _("Correct the date, or confirm that it is meant.")


class OverConfirmed(DomainError):
    code = "over_confirmed"
    title = _("More than was asked for.")
    rule = _("All answers together must stay within the requested quantity plus its tolerance.")
    remedy = _("Lower the quantity, or ask the buyer to change the order.")


class ReasonMissing(DomainError):
    code = "reason_missing"
    title = _("A reason is missing.")
    rule = _("An answer that differs from the request must name its reason.")
    remedy = _("Choose a reason.")


class ReasonOfBuyers(DomainError):
    """A supplier gives a reason that only who buys can have."""

    code = "reason_of_buyers"
    title = _("This reason is a buyer's.")
    rule = _("That a line stops, or that a part is needed earlier, is a reason of the firm that buys.")

    @classmethod
    def given(cls, reason: str, others: Sequence[tuple[str, Any]], *, place: str) -> Self:
        """It names the reasons that a supplier may give."""
        words = gettext("Choose one of these: %(reasons)s.") % {"reasons": ", ".join(str(label) for _name, label in others)}
        return cls(place=place, value=reason, remedy=words, reasons=", ".join(name for name, _label in others))


class Faster(Conflict):
    """Somebody decided before."""

    @classmethod
    def standing(cls, state: str, quantity: Decimal, day: date | None, position: int) -> Self:
        """It says what stands now: the answer that somebody else gave."""
        if day is None:
            words = gettext("Somebody was faster. The line is now: %(state)s.") % {"state": state}
        else:
            values = {"state": state, "quantity": f"{quantity.normalize():,f}", "day": day_text(day)}
            words = gettext("Somebody was faster. The line is now: %(state)s, %(quantity)s on %(day)s.") % values
        return cls(words, place="schedule_lines", value=position)


class AnsweredAlready(Faster):
    code = "answered_already"
    title = _("This line has been answered already.")
    rule = _("A line is answered once; a later change is proposed to the buyer.")
    remedy = _("Reload the order and look at the answer that stands.")


class AskChanged(Conflict):
    code = "ask_changed"
    title = _("The customer asks for something else since.")
    rule = _("A line is answered as it was read.")
    remedy = _("Reload, read what is asked for now and answer again.")


class LineShipped(Conflict):
    code = "line_shipped"
    title = _("Something of this line has been shipped already.")
    rule = _("A revision replaces lines of which nothing has left.")
    remedy = _("Leave the line as it is, and ask for a change of its rest.")


class AsItIs(Conflict):
    code = "as_it_is"
    title = _("Lines of this order are accepted or refused as they are.")
    rule = _("The two firms agreed for it that lines are not negotiated.")
    remedy = _("Answer as it is, or call the partner; another way is agreed under Partners.")


class WrongState(Conflict):
    code = "wrong_state"
    title = _("The order is not in a state for this.")
    remedy = _("Reload the order and look at its present state.")


class UnknownLine(DomainError):
    code = "unknown_line"
    title = _("There is no such line on this order.")
    rule = _("An answer names schedule lines of this order.")
    remedy = _("Reload the order and answer its own lines.")


class UnknownChange(NotFound):
    code = "unknown_change"
    title = _("There is no such change request.")


class ChangeOpen(Conflict):
    code = "change_open"
    title = _("A change request on this line waits already.")
    rule = _("A line has one open change request at a time.")
    remedy = _("Answer or withdraw the open request first.")


class ChangeAnswered(Conflict):
    code = "change_answered"
    title = _("This change request is no longer open.")
    remedy = _("Reload the order and look at what stands.")


class AnswerTooLate(Conflict):
    code = "answer_too_late"
    title = _("The deadline of this change request has passed.")
    rule = _("A change request is answered before its deadline.")
    remedy = _("What stood before stands on; ask for a new change request.")


class NothingChanged(DomainError):
    code = "nothing_changed"
    title = _("The change asks for what stands already.")
    rule = _("A change must name another quantity or another day.")
    remedy = _("Change the quantity or the day, or leave the line out.")


class OfferRepeated(NothingChanged):
    """A counter-proposal that asks for what the supplier offers."""

    code = "offer_repeated"
    title = _("The counter-proposal asks for what is offered.")
    rule = _("A counter-proposal must name another quantity or another day than the offer.")
    remedy = _("Accept the offer, or change the quantity or the day.")


class QuantityOnItsWay(DomainError):
    code = "quantity_on_its_way"
    title = _("Less than is on its way or has come.")
    rule = _("A quantity cannot be lowered below what has been announced or received.")
    remedy = _("Ask for no less than that.")


class AlreadyClosed(Conflict):
    code = "already_closed"
    title = _("The line is closed.")
    rule = _("A line that came in full or was closed short is done with.")
    remedy = _("Write a new order.")


class OnItsWay(Conflict):
    code = "on_its_way"
    title = _("Goods of this line are on their way.")
    rule = _("A line is closed short when nothing of it is announced and not yet received.")
    remedy = _("Receive the delivery, or have the supplier cancel the notice.")


class OverShipped(DomainError):
    code = "over_shipped"
    title = _("More than is confirmed and open.")
    rule = _("A delivery must stay within the confirmed open quantity plus its tolerance.")
    remedy = _("Lower the quantity, or propose a change of the order first.")


class OverReceived(DomainError):
    code = "over_received"
    title = _("More came than may be received.")
    rule = _("All receipts of a line must stay within the requested quantity plus its tolerance.")
    remedy = _("Receive up to the tolerance and send the rest back, or change the order.")


class FixedInOrder(DomainError):
    code = "fixed_in_order"
    title = _("Supplier, site and currency of an order stand.")
    rule = _("All lines of an order have one supplier, one site and one currency, and these stay.")
    remedy = _("Use another order number, or correct the cell.")


class LineOpen(DomainError):
    code = "line_open"
    title = _("It is not clear which line is meant.")
    rule = _("The part stands on several lines of the order, and the file has fewer rows of it.")
    remedy = _("Write the number of the line as it stands on the order, or all lines of the part; “new” for a further line.")


class NotesTooLong(DomainError):
    code = "notes_too_long"
    title = _("The notes of the order are too long.")
    rule = _("What all rows of an order say together has 500 characters at most.")
    remedy = _("Shorten them.")


class OtherCurrency(DomainError):
    code = "other_currency"
    title = _("The currency is another one.")
    rule = _("Prices are in the currency that the two firms agreed.")
    remedy = _("Give the prices in the agreed currency, or leave their column out: the agreed prices hold then.")


class OrderOfSeveral(DomainError):
    code = "order_of_several"
    title = _("Several customers have an order of this number.")
    rule = _("Each customer numbers its orders for itself, so a row names the customer where two of them use one number.")
    remedy = _("Add a column with the customer, or load one file for each customer with one value for all rows.")


class LineOfSeveral(DomainError):
    code = "line_of_several"
    title = _("Several lines of the order may be meant.")
    rule = _(
        "A row is of one line; where the order has several of the part, or a line has several days, the row says which."
    )
    remedy = _("Name the line, and of a line that is confirmed for several days the confirmed date.")


class PartOfOtherLine(UnknownLine):
    rule = _("A row that names a line and a part names the part of that line.")
    remedy = _("Correct the line or the part.")


class AnswerInPieces(DomainError):
    code = "answer_in_pieces"
    title = _("The answer is not whole.")
    rule = _("A promised quantity has a day; a line that is rejected has one row with the quantity 0.")
    remedy = _("Fill the day, or delete the row.")


class NotAsRequested(DomainError):
    code = "not_as_requested"
    title = _("The row confirms what is requested, and promises something else.")
    rule = _("What is confirmed has the requested quantity and day, in one row.")
    remedy = _("Correct quantity and day, or choose the decision to propose a change.")


class NothingToAnswer(Conflict):
    code = "nothing_to_answer"
    title = _("Nothing waits for the supplier.")
    rule = _("A supplier is reminded of an order that waits for its answer.")
    remedy = _("Look at the order: it has been answered, or waits for you.")


class RemindedToday(Conflict):
    code = "reminded_today"
    title = _("The supplier was reminded today.")
    rule = _("A supplier is reminded of an order once a day.")
    remedy = _("Call the contact, or remind again tomorrow.")


class OfferGone(Faster):
    code = "offer_gone"
    title = _("Nothing is offered on this line any more.")
    rule = _("What a supplier wants on a line is decided once.")
    remedy = _("Look at the line: what stands now is what was decided.")


class OfferChanged(Conflict):
    code = "offer_changed"
    title = _("The supplier has offered something else since.")
    rule = _("An offer is decided on as it was read.")
    remedy = _("Reload, read the new offer and decide again.")
