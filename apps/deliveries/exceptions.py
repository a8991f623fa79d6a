from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotAllowed, NotFound, Questioned


class UnknownShipment(NotFound):
    code = "unknown_shipment"
    title = _("There is no such delivery.")


class NothingToShip(DomainError):
    code = "nothing_to_ship"
    title = _("The delivery has no lines.")
    rule = _("A delivery has 1 to 200 lines of confirmed orders.")
    remedy = _("Choose at least one confirmed line and its quantity.")


class DifferentDestinations(DomainError):
    code = "different_destinations"
    title = _("The lines go to different places.")
    rule = _("A delivery goes from one supplier to one receiving site.")
    remedy = _("Write one delivery for each receiving site.")


class ShipmentNumberTaken(Conflict):
    code = "shipment_number_taken"
    title = _("This delivery note number is taken.")
    rule = _("A delivery note number stands once in a firm.")
    remedy = _("Leave the number empty and Dure gives the next one, or use another.")


class AnnouncedAlready(Conflict):
    code = "announced_already"
    title = _("The delivery is announced already.")
    rule = _("A delivery that is announced is not changed by a table.")
    remedy = _("Cancel it and announce it anew under another number, or take its rows out.")


class NoneCancelled(DomainError):
    code = "none_cancelled"
    title = _("No such delivery was cancelled.")
    rule = _("A row that says cancelled is a delivery that was cancelled here; a table announces and cancels none by it.")
    remedy = _("Cancel the delivery on its page, take the row out, or empty its status to announce it.")


class OtherInDelivery(DomainError):
    code = "other_in_delivery"
    title = _("Rows of one delivery say different things of it.")
    rule = _("All rows of a delivery have one departure, arrival, carrier, tracking number and note.")
    remedy = _("Write the same in all of its rows, or give what goes apart a delivery note number of its own.")


class NotInDelivery(DomainError):
    code = "not_in_delivery"
    title = _("No line of a delivery is meant alone.")
    rule = _(
        "A row names one line of one delivery: by its number and part, several that fit by supplier, order, line or lot."
    )
    remedy = _("Compare it with the delivery, and name what tells its lines apart.")


class PlateTaken(Conflict):
    code = "plate_taken"
    title = _("This licence plate is taken.")
    rule = _("A licence plate stands on one package only.")
    remedy = _("Leave the plate empty and Dure gives one, or use another.")


class InvalidPackages(DomainError):
    code = "invalid_packages"
    title = _("The packages do not fit the line.")
    rule = _("The packages of a line must hold its quantity together, each more than 0, and at most 500 of them.")
    remedy = _("Correct the number of packages or their quantities.")


class AllAnnounced(Conflict):
    code = "all_announced"
    title = _("All of this line is announced already.")
    rule = _("Of a confirmed line so much is announced as is still to be shipped.")
    remedy = _("Look at the deliveries: somebody announced it before.")


class ArrivesBeforeItLeaves(DomainError):
    code = "arrives_before_it_leaves"
    title = _("The arrival lies before the departure.")
    rule = _("The arrival must be on the day of departure or later; what has happened cannot be reported ahead of its time.")
    remedy = _("Correct the dates.")


class WrongShipmentState(Conflict):
    code = "wrong_shipment_state"
    title = _("The delivery is not in a state for this.")
    remedy = _("Reload the delivery and look at its present state.")


class ReceivedTwice(Conflict):
    code = "received_twice"
    title = _("This has been received already.")
    rule = _("A package and a line of a delivery are received once.")
    remedy = _("Look at the receipt that stands; count the stock if it is wrong.")


class UnknownShipmentLine(DomainError):
    code = "unknown_shipment_line"
    title = _("There is no such line or package in this delivery.")
    rule = _("A receipt names lines and packages of its delivery.")
    remedy = _("Scan the label again, or look for the right delivery.")


class SurplusNotConfirmed(Questioned):
    code = "surplus_not_confirmed"
    title = _("More came than was announced.")
    rule = _("Good and damaged pieces together must be as many as were announced, or the receiver confirms that more came.")
    remedy = _("Count again; if it is right, confirm the surplus.")


class ShortNotConfirmed(Questioned):
    code = "short_not_confirmed"
    title = _("Less came than was announced.")
    rule = _("A line of a delivery is received once: what did not come with it is not expected any more.")
    remedy = _("Count again; if the rest did not come, confirm it.")


class InvalidReceipt(DomainError):
    code = "invalid_receipt"
    title = _("The received quantity is not valid.")
    rule = _("Received and damaged quantities are 0 or more, and whole where the unit counts pieces.")
    remedy = _("Correct the quantity.")


class NothingReceived(Conflict):
    code = "nothing_received"
    title = _("Nothing of this delivery has been received yet.")
    rule = _("A certificate of receipt says what the receiving site has booked.")
    remedy = _("Open it again when the goods have been received.")


class PricesHidden(NotAllowed):
    code = "prices_hidden"
    title = _("You see no prices of this partner.")
    rule = _("The two firms agreed that prices are for those who buy and sell only.")
    remedy = _("Ask somebody of your firm who buys or sells.")
