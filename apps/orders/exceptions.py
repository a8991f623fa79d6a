from django.utils.translation import gettext_lazy as _

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
    rule = _("The quantity is not below the agreed minimum order quantity.")
    remedy = _("Order at least the minimum quantity.")


class HighQuantity(Questioned):
    code = "high_quantity"
    title = _("The quantity is unusually high.")
    rule = _("A quantity of a thousand million or more is confirmed on purpose.")
    remedy = _("Correct the quantity, or confirm that it is meant.")


class DateInThePast(DomainError):
    code = "date_in_the_past"
    title = _("The date has passed.")
    rule = _("Orders, answers and announced arrivals name today or a later day.")
    remedy = _("Choose a later date.")


class FarDate(Questioned):
    code = "far_date"
    title = _("The date lies more than three years ahead.")
    rule = _("A day more than three years ahead is confirmed on purpose.")
    remedy = _("Correct the date, or confirm that it is meant.")


class LongAgo(Questioned):
    code = "long_ago"
    title = _("The date lies more than half a year back.")
    rule = _("A day more than half a year back is confirmed on purpose.")
    remedy = _("Correct the date, or confirm that it is meant.")


class OverConfirmed(DomainError):
    code = "over_confirmed"
    title = _("More than was asked for.")
    rule = _("All answers together stay within the requested quantity plus its tolerance.")
    remedy = _("Lower the quantity, or ask the buyer to change the order.")


class ReasonMissing(DomainError):
    code = "reason_missing"
    title = _("A reason is missing.")
    rule = _("An answer that differs from the request names its reason.")
    remedy = _("Choose a reason.")


class AnsweredAlready(Conflict):
    code = "answered_already"
    title = _("This line has been answered already.")
    rule = _("A line is answered once; a later change is proposed to the buyer.")
    remedy = _("Reload the order and look at the answer that stands.")


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
    rule = _("A change names another quantity or another day.")
    remedy = _("Change the quantity or the day, or leave the line out.")


class QuantityOnItsWay(DomainError):
    code = "quantity_on_its_way"
    title = _("Less than is on its way or has come.")
    rule = _("A quantity is not lowered below what has been announced or received.")
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
    rule = _("A delivery stays within the confirmed open quantity plus its tolerance.")
    remedy = _("Lower the quantity, or propose a change of the order first.")


class OverReceived(DomainError):
    code = "over_received"
    title = _("More came than may be received.")
    rule = _("All receipts of a line stay within the requested quantity plus its tolerance.")
    remedy = _("Receive up to the tolerance and send the rest back, or change the order.")
