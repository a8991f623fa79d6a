from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotAllowed, NotFound


class UnknownGrant(NotFound):
    code = "unknown_grant"
    title = _("There is no such grant.")
    rule = _("A grant is seen by the firm that shares and by the one it shares with.")


class UnknownKind(DomainError):
    code = "unknown_kind"
    title = _("What is to be shared is unknown.")
    rule = _("A grant is about one kind of data that Dure knows.")
    remedy = _("Choose one of the kinds in the list.")


class UnknownFirm(DomainError):
    code = "unknown_firm"
    title = _("The other firm is unknown.")
    rule = _("A grant is proposed to a firm that one works with.")
    remedy = _("Choose one of your partners.")


class NotOfBothFirms(DomainError):
    code = "not_of_both_firms"
    title = _("The part does not belong to the two firms.")
    rule = _("A grant of one part names a part that the two firms agreed on.")
    remedy = _("Choose one of the parts that you agreed on with this firm, or share all parts.")


class EndsBeforeStart(DomainError):
    code = "grant_ends_before_start"
    title = _("The grant would end before it begins.")
    rule = _("The last day of a grant must not be before its first day, and must not have passed.")
    remedy = _("Choose a later last day, or leave it empty.")


class GrantedAlready(Conflict):
    code = "granted_already"
    title = _("There is such a grant already.")
    rule = _("Of one kind, part and precision one grant to a firm stands or waits at a time.")
    remedy = _("Agree to the one that waits, or end the one that stands and propose anew.")


class OwnProposal(NotAllowed):
    code = "own_proposal"
    title = _("Your own firm proposed this grant.")
    rule = _("One side proposes a grant, the other agrees.")
    remedy = _("Wait for the other firm, or withdraw the proposal.")


class GrantAnswered(Conflict):
    code = "grant_answered"
    title = _("The grant does not wait for an answer any more.")
    rule = _("A grant is agreed once and ended once.")
    remedy = _("Look at the grant as it stands now; propose another one if it is needed.")
