from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotAllowed


class NoOrganization(NotAllowed):
    code = "no_organization"
    title = _("You do not belong to a firm here yet.")
    remedy = _("Ask the administrator of your firm to add you.")


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
