from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotAllowed, NotFound


class Begun(NotFound):
    """There is a firm already: the door of the first day is closed for good."""

    code = "begun"
    title = _("This installation has begun already.")
    rule = _("The first firm is made once; others come by invitation.")
    remedy = _("Sign in, or ask your administrator for an invitation.")


class WrongCode(DomainError):
    code = "wrong_code"
    title = _("This is not the one-time code.")
    rule = _("This is not the one-time code: it stands in the server's log, works once and ends after seven days.")
    remedy = _("Compare it letter by letter. “manage.py first_code” makes a new one.")


class PeersNeedOffice(DomainError):
    code = "peers_need_office"
    title = _("A cluster of peers is run by an office.")
    rule = _("A firm that buys founds clusters that it leads; peers have no lead among them.")
    remedy = _("Choose a led cluster, or ask an office that coordinates clusters.")


class NoSuchCluster(NotFound):
    code = "no_such_cluster"
    title = _("Your firm looks after no such cluster.")
    rule = _("Lead and coordinators of a cluster invite its firms.")
    remedy = _("Look at the list of your clusters.")


class FirmAlreadyIn(Conflict):
    code = "firm_already_in"
    title = _("This firm is in the cluster already.")
    rule = _("The firm of this number is in the cluster already; a firm is in it once, whichever of its numbers is used.")
    remedy = _("Look for it among the members.")


class FirmAlreadyInvited(Conflict):
    code = "firm_already_invited"
    title = _("This business number is invited already.")
    rule = _("A number has one open invitation into a cluster.")
    remedy = _("Remind it from the list, or revoke it first.")


class TwiceInList(DomainError):
    code = "twice_in_list"
    title = _("This business number stands in the list twice.")
    rule = _("A list names each firm once.")
    remedy = _("Leave one of the two out.")


class HasLead(Conflict):
    code = "has_lead"
    title = _("This cluster has a lead firm, or has invited one.")
    rule = _("A led cluster has one lead, a cluster of peers has none.")
    remedy = _("Invite the firm as a supplier.")


class VendorCodeGiven(Conflict):
    code = "vendor_code_given"
    title = _("This vendor code is another supplier's.")
    rule = _("A lead firm has one supplier of a vendor code; a list names each code once.")
    remedy = _("Choose another code, or leave it empty: the business number is used then.")


class TooManyRows(DomainError):
    code = "too_many_rows"
    title = _("The list is too long.")
    rule = _("Up to fifty firms are invited at once.")
    remedy = _("Send it in parts.")


class EmptyList(DomainError):
    code = "empty_list"
    title = _("The list is empty.")
    rule = _("A line names a firm by business number and e-mail.")
    remedy = _("Paste at least one line.")


class InvalidEmail(DomainError):
    code = "invalid_email"
    title = _("The e-mail address is not valid.")
    rule = _("An address looks like name@firm.example.")
    remedy = _("Correct the address.")


class RemindedJustNow(Conflict):
    code = "reminded_just_now"
    title = _("This firm was written to within the last day.")
    rule = _("A firm is reminded once a day at most.")
    remedy = _("Call instead, or wait until tomorrow.")


class UnknownFirmInvitation(NotFound):
    code = "unknown_firm_invitation"
    title = _("There is no such open invitation.")
    rule = _("What was accepted, revoked or belongs to another cluster is not open.")
    remedy = _("Look at the list of the cluster.")


class FirmLinkUnknown(NotFound):
    code = "firm_link_unknown"
    title = _("This invitation is not valid.")
    rule = _("A newer mail ends the link of the one before, and whoever invites may take it back.")
    remedy = _("Use the link of the latest mail, or ask whoever invited you.")


class FirmLinkExpired(DomainError):
    code = "firm_link_expired"
    status = 410
    title = _("This invitation has expired.")
    rule = _("A link lives seven days.")
    remedy = _("Ask whoever invited you to send it again.")


class FirmLinkUsed(DomainError):
    code = "firm_link_used"
    status = 410
    title = _("This invitation has been used.")
    rule = _("A link lets a firm in once.")
    remedy = _("Sign in. If it was not you, ask the administrator of your firm.")


class FirmForOther(NotAllowed):
    code = "firm_for_other"
    title = _("This invitation is for another address.")
    rule = _("A new firm is registered by the person whose address was invited.")
    remedy = _("Sign out, then open the link again.")


class NotItsAdministrator(NotAllowed):
    code = "not_its_administrator"
    title = _("A firm with this business number is here already.")
    rule = _("Only an administrator of that firm takes the invitation for it, signed in.")
    remedy = _("Sign in as its administrator and open the link again, or pass the mail on.")


class TextsNotAccepted(DomainError):
    code = "texts_not_accepted"
    title = _("The terms and the sharing agreement are not accepted.")
    rule = _("A firm takes part once it has accepted the present texts.")
    remedy = _("Read them and tick both.")
