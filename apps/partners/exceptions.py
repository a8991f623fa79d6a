from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotAllowed, NotFound


class SiteInUse(Conflict):
    code = "site_in_use"
    title = _("The site is still in use.")
    rule = _("A site is closed when nothing lies there, nothing is ordered to it, and nothing is on its way.")
    remedy = _("Move or count out the stock, and bring orders and deliveries to their end first.")


class InvalidGln(DomainError):
    code = "invalid_gln"
    title = _("The GLN is not valid.")
    rule = _("A GLN has 13 digits, and the last one checks the others.")
    remedy = _("Correct it, or leave it empty.")


class UnknownSide(DomainError):
    code = "unknown_side"
    title = _("Nothing says what the other firm is to yours.")
    rule = _("Your firm buys and supplies: the other one is a supplier or a customer.")
    remedy = _("Write supplier or customer in each row, or one of them for all rows.")


class NoneEnded(DomainError):
    code = "none_ended"
    title = _("No such trading relation has ended.")
    rule = _("A row that says ended is a trading relation that has ended here; a table asks for and ends none by it.")
    remedy = _("Take the row out, or empty its state to ask the firm to trade.")


class CodeOfBuyer(DomainError):
    code = "code_of_buyer"
    title = _("The vendor code is not changed here.")
    rule = _("The buyer changes its own number of a supplier, once the relation stands.")
    remedy = _("Leave it as it is, or take the request back and ask again.")


class UnknownRequest(NotFound):
    code = "unknown_request"
    title = _("There is no such request.")
    rule = _("A request for a trading relation is seen by the firm that asks and the one that is asked.")


class NoSuchRelation(NotFound):
    code = "no_such_relation"
    title = _("There is no such trading relation.")
    rule = _("A trading relation is seen by its two firms.")


class FirmNotFound(DomainError):
    code = "firm_not_found"
    title = _("No such firm is in your clusters.")
    rule = _("A trading relation is asked of a firm that yours sees in a cluster.")
    remedy = _("Check the business registration number, or ask the cluster's office to invite the firm.")


class WithOneself(DomainError):
    code = "relation_with_oneself"
    title = _("This is your own firm.")
    rule = _("A trading relation has two different firms.")
    remedy = _("Name your trading partner.")


class NoTrade(DomainError):
    code = "office_does_not_trade"
    title = _("An office that coordinates clusters does not trade.")
    rule = _("A trading relation is between two firms that buy and supply; an office does neither.")
    remedy = _("Name a lead firm or a supplier.")


class RelatedAlready(Conflict):
    code = "related_already"
    title = _("There is such a trading relation already.")
    rule = _("Two firms have one trading relation in each direction.")
    remedy = _("Open it under Partners; its terms are proposed there.")


class AskedAlready(Conflict):
    code = "asked_already"
    title = _("Such a request is waiting.")
    rule = _("Between two firms one request waits at a time in each direction.")
    remedy = _("Answer it if you were asked, or wait for the other firm.")


class VendorCodeMissing(DomainError):
    code = "vendor_code_missing"
    title = _("The vendor code is missing.")
    rule = _("The buyer gives each supplier a number of its own.")
    remedy = _("Type the number that your firm knows this supplier by.")


class VendorCodeTaken(Conflict):
    code = "vendor_code_taken"
    title = _("The vendor code is taken.")
    rule = _("A buyer's vendor code belongs to one supplier.")
    remedy = _("Use another code.")


class OtherSideAnswers(NotAllowed):
    code = "other_side_answers"
    title = _("The other firm answers this.")
    rule = _("One firm asks, the other answers; only the one that asked takes it back.")
    remedy = _("Wait for the other firm.")


class AnsweredAlready(Conflict):
    code = "answered_already"
    title = _("This does not wait for an answer any more.")
    rule = _("A request or a proposal is answered or taken back once.")
    remedy = _("Look at the relation as it stands now.")


class ProposalWaits(Conflict):
    code = "proposal_waits"
    title = _("A proposal of terms is waiting.")
    rule = _("One proposal of terms waits at a time.")
    remedy = _("Answer it or take it back first.")


class NothingProposed(DomainError):
    code = "nothing_proposed"
    title = _("These are the terms that hold.")
    rule = _("A proposal differs from the terms of now.")
    remedy = _("Change at least one of them.")


class TermsContradict(DomainError):
    code = "terms_contradict"
    title = _("The terms contradict each other.")
    rule = _("The hours to answer end before the freeze fence is over: later, nothing could be changed by the answer.")
    remedy = _("Allow fewer hours to answer, or a longer freeze fence, or none.")


class UnknownProposal(NotFound):
    code = "unknown_proposal"
    title = _("There is no such proposal.")


class UnknownContact(NotFound):
    code = "unknown_contact"
    title = _("There is no such contact of your firm.")


class NotReachable(DomainError):
    code = "contact_not_reachable"
    title = _("The contact cannot be reached.")
    rule = _("A contact has a phone number or an e-mail address.")
    remedy = _("Type at least one of the two.")


class RelationEnded(Conflict):
    code = "relation_ended"
    title = _("The trading relation has ended.")
    rule = _("A relation that has ended is neither changed nor suspended.")
    remedy = _("Ask for it anew; with the other firm's yes it begins again.")


class UnknownData(DomainError):
    code = "unknown_data"
    title = _("This cannot be agreed on.")
    rule = _("Data of a kind that Dure knows are brought up to date within 1 to 365 days.")
    remedy = _("Look at the form of terms for the kinds of data.")
