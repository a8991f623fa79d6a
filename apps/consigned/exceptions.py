from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotFound


class UnknownNote(NotFound):
    code = "unknown_consignment"
    title = _("There is no such consignment note.")


class UnknownSettlement(NotFound):
    code = "unknown_settlement"
    title = _("There is no such settlement.")


class NoSuchMaterial(NotFound):
    code = "no_such_material"
    title = _("There is no such material.")


class UnknownMaterial(DomainError):
    code = "unknown_material"
    title = _("The material is not agreed between the two firms.")
    rule = _("A document names material that is agreed in this relation and has not ended.")
    remedy = _("Look under consigned material, or agree it first.")


class AgreedTwice(Conflict):
    code = "material_agreed_twice"
    title = _("This material is agreed with the supplier already.")
    rule = _("One part is agreed once with each supplier.")
    remedy = _("Change the terms of the one that is there.")


class InvalidTerms(DomainError):
    code = "invalid_material_terms"
    title = _("The terms of the material are not valid.")
    rule = _("A price is 0 or more, and a share of loss or scrap is 0 or more and below 1.")
    remedy = _("Correct the value.")


class InvalidUse(DomainError):
    code = "invalid_material_use"
    title = _("What goes into the part is not valid.")
    rule = _("Each material stands once, with more than 0 of it in one unit of the part, and a scrap share below 1.")
    remedy = _("Correct the row.")


class UnknownMadePart(DomainError):
    code = "unknown_made_part"
    title = _("The part is not made in this relation.")
    rule = _("Material goes into parts that the same supplier makes for the same customer.")
    remedy = _("Choose a part that is agreed with this supplier.")


class UnknownPlace(DomainError):
    code = "unknown_consignment_site"
    title = _("The site is unknown, or closed.")
    rule = _("Material goes from an open site of one firm to an open site of the other.")
    remedy = _("Choose a site of each firm.")


class NothingSent(DomainError):
    code = "nothing_sent"
    title = _("The note has no lines.")
    rule = _("A consignment note has 1 to 200 lines.")
    remedy = _("Type a quantity of at least one material.")


class InvalidQuantity(DomainError):
    code = "invalid_material_quantity"
    title = _("The quantity is not valid.")
    rule = _("A quantity is above 0, and whole where the unit counts pieces.")
    remedy = _("Correct the quantity.")


class NotThere(DomainError):
    code = "material_not_there"
    title = _("Less lies there than is taken.")
    rule = _("No more is taken than is available at the site, in the lot that is named.")
    remedy = _("Take less, choose another site, or count the stock first.")


class LotNotThere(DomainError):
    code = "material_lot_not_there"
    title = _("This lot does not lie there.")
    rule = _("A lot that is named lies available at the site.")
    remedy = _("Correct the lot, or leave it empty: the oldest stock is taken.")


class ArrivesBefore(DomainError):
    code = "consignment_arrives_before"
    title = _("The arrival lies before today.")
    rule = _("Material that is sent now arrives today or later.")
    remedy = _("Correct the day.")


class WrongNoteState(Conflict):
    code = "wrong_consignment_state"
    title = _("The note is not in a state for this.")
    rule = _("A note is received while something of it is on its way, and taken back before anything has come.")
    remedy = _("Look at its present state. What came too much or too little is counted.")


class MoreThanSent(DomainError):
    code = "more_than_sent"
    title = _("More came than is on its way.")
    rule = _("Good and damaged pieces together must be no more than what of the line is still on its way.")
    remedy = _("Receive what the note says, then count the stock: the owner sees the difference.")


class ReceivedTwice(DomainError):
    code = "material_received_twice"
    title = _("The same line stands twice, or is none of this note.")
    rule = _("A receipt names lines of its note, each once.")
    remedy = _("Correct the row.")


class ReasonMissing(DomainError):
    code = "material_reason_missing"
    title = _("It is not said why the material is lost.")
    rule = _("A loss has one of the reasons that Dure knows.")
    remedy = _("Choose the reason.")


class MonthNotOver(DomainError):
    code = "month_not_over"
    title = _("The month cannot be settled yet.")
    rule = _("A month is settled once it is over, from an hour after its end on.")
    remedy = _("Choose an earlier month.")


class NothingToSettle(DomainError):
    code = "nothing_to_settle"
    title = _("There is nothing to settle.")
    rule = _("A month is settled in which material lay at the supplier or moved there.")
    remedy = _("Choose another month or partner.")


class SettledAlready(Conflict):
    code = "settled_already"
    title = _("This month is settled, or waits for the answer.")
    rule = _("A month is proposed anew once the other side disputed it; what is accepted stays.")
    remedy = _("Open the settlement that stands.")


class NotYours(Conflict):
    code = "settlement_not_yours_to_answer"
    title = _("This settlement does not wait for your answer.")
    rule = _("The side that did not propose a settlement answers it, once.")
    remedy = _("Look at its present state.")


class DisputeReasonMissing(DomainError):
    code = "dispute_reason_missing"
    title = _("It is not said what is disputed.")
    rule = _("Who disputes a settlement says why.")
    remedy = _("Write what is not right.")
