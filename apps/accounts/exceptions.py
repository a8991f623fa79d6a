from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotAllowed, NotFound


class NoOrganization(NotAllowed):
    code = "no_organization"
    title = _("You do not belong to a firm here yet.")
    remedy = _("Ask the administrator of your firm to invite you.")


class ForeignAct(DomainError):
    code = "foreign_act"
    title = _("A token cannot do more than its owner.")
    rule = _("A token's acts are among the acts of the person who creates it.")
    remedy = _("Choose acts that your roles include.")


class InvalidExpiry(DomainError):
    code = "invalid_expiry"
    title = _("The expiry is not valid.")
    rule = _("A token lives 1 to 365 days.")
    remedy = _("Choose 1 to 365 days.")


class AlreadyMember(Conflict):
    code = "already_member"
    title = _("This person already belongs to your firm.")
    rule = _("A person is a member of a firm once.")
    remedy = _("Change the person's roles instead.")


class LastAdministrator(Conflict):
    code = "last_administrator"
    title = _("Your firm would have no administrator.")
    rule = _("Every firm keeps at least one administrator.")
    remedy = _("Make somebody else an administrator first.")


class ForeignRole(DomainError):
    code = "foreign_role"
    title = _("Your firm cannot give this role.")
    rule = _("Roles follow what a firm does: buying, supplying, or running a cluster.")
    remedy = _("Choose among the roles that are offered.")


class NoRole(DomainError):
    code = "no_role"
    title = _("A role is missing.")
    rule = _("Whoever works for a firm holds at least one role.")
    remedy = _("Choose a role, or end the membership.")


class InvalidAddress(DomainError):
    code = "invalid_address"
    title = _("This is no e-mail address.")
    rule = _("A person is invited by an e-mail address.")
    remedy = _("Correct the address.")


class PersonLocked(Conflict):
    code = "person_locked"
    title = _("This person is locked.")
    rule = _("Who is locked out keeps roles and title until somebody lets them in again.")
    remedy = _("Let the person in under People first, or take the row out.")


class UnknownPerson(NotFound):
    code = "unknown_person"
    title = _("There is no such person in your firm.")
    remedy = _("Look at the list of people.")


class AlreadyInvited(Conflict):
    code = "already_invited"
    title = _("This address is invited already.")
    rule = _("An address has one open invitation of a firm.")
    remedy = _("Send it again from the list, or revoke it first.")


class TooManyInvitations(DomainError):
    code = "too_many_invitations"
    title = _("Too many invitations are open.")
    rule = _("A firm has a limited number of open invitations.")
    remedy = _("Revoke what nobody needs any more.")


class SentJustNow(Conflict):
    code = "sent_just_now"
    title = _("The invitation was sent a moment ago.")
    rule = _("An invitation goes out once a minute at most.")
    remedy = _("Wait a minute; look also among unwanted mail.")


class UnknownInvitation(NotFound):
    code = "unknown_invitation"
    title = _("There is no such open invitation.")
    remedy = _("Look at the list of invitations.")


class InvitationGone(NotFound):
    """Unknown, used, revoked, expired: one answer, so that a link tells nothing."""

    code = "invitation_gone"
    title = _("This invitation is not valid.")
    rule = _("An invitation is used once, within its time, unless the firm takes it back.")
    remedy = _("If you have accepted it, sign in. Otherwise ask the firm to send it again.")


class NoCalendarAddress(NotFound):
    """Unknown, withdrawn, its person left: one answer, so that an address tells nothing."""

    code = "no_calendar_address"
    title = _("No calendar has this address.")
    rule = _("An address of a calendar holds until its person withdraws it, renews it, changes the password or leaves.")
    remedy = _("Make a new one under Deliveries > To my calendar.")


class AddressLinkGone(DomainError):
    """Forged, used, too old, or the address has an account by now: one answer."""

    code = "address_link_gone"
    status = 410
    title = _("This link no longer works.")
    rule = _("It was used, it is too old, or your password has been changed since.")
    remedy = _("Look under Account which address is yours now, and ask for a new link there.")


class OtherAccount(NotAllowed):
    code = "other_account"
    title = _("This link is for another account.")
    rule = _("A new address is confirmed by the person whose account it is.")
    remedy = _("Sign out, then open the link again.")


class OtherPerson(NotAllowed):
    code = "other_person"
    title = _("This invitation is for another address.")
    rule = _("An invitation is accepted by the person whose address it was sent to.")
    remedy = _("Sign out, then open the link again.")


class KnownPerson(NotAllowed):
    code = "known_person"
    title = _("There is an account for this address already.")
    rule = _("Whoever has an account accepts an invitation signed in.")
    remedy = _("Sign in, then accept the invitation.")


class NoTablet(NotFound):
    code = "no_tablet"
    title = _("This device is no tablet of a firm.")
    rule = _("An administrator registers a shared tablet at the device itself, and may end that at any time.")
    remedy = _("Sign in with your address, or ask an administrator to register it.")


class WrongShortCode(DomainError):
    code = "wrong_short_code"
    title = _("Person and code do not belong together.")
    rule = _("At a shared tablet a person is known by the short code that they set under Account.")
    remedy = _("Type it again; after five wrong tries the person is locked here for fifteen minutes.")


class ShortCodeLocked(DomainError):
    code = "short_code_locked"
    status = 429
    title = _("Too many wrong tries.")
    rule = _("After five wrong codes a person is locked at shared tablets for fifteen minutes.")
    remedy = _("Wait, or sign in with your address on a device of your own.")


class SimpleCode(DomainError):
    code = "simple_short_code"
    title = _("This code is too easy to guess.")
    rule = _("A short code has six digits, neither in a row nor a few repeated, such as 123456, 112233 or 121212.")
    remedy = _("Choose another one.")


class NobodyElse(DomainError):
    code = "nobody_else"
    title = _("This colleague cannot stand in for you.")
    rule = _("A stand-in is a colleague who works for your firm now, and not yourself.")
    remedy = _("Choose one of the colleagues that are offered.")


class DaysInDisorder(DomainError):
    code = "days_in_disorder"
    title = _("These days are not valid.")
    rule = _("The first day must be today or later, and the last day on it or after it, within a year.")
    remedy = _("Correct the days.")


class AwayAlready(Conflict):
    code = "away_already"
    title = _("Somebody stands in for you on these days already.")
    rule = _("On one day one colleague stands in.")
    remedy = _("Choose other days, or end what stands first.")


class UnknownStandIn(NotFound):
    code = "unknown_stand_in"
    title = _("There is nothing to end.")
    rule = _("People end what they set themselves, as long as it lasts.")
    remedy = _("Look at what stands under Account.")
