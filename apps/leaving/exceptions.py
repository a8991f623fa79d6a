from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotFound


class NotInCluster(NotFound):
    code = "not_in_cluster"
    title = _("The firm is not in this cluster.")
    rule = _("Only a firm that takes part leaves, is suspended or is removed.")
    remedy = _("Look at the list of the cluster's firms.")


class LastCoordinator(Conflict):
    code = "last_coordinator"
    title = _("This is the last one who looks after the cluster.")
    rule = _("A cluster keeps a lead firm or a coordinator.")
    remedy = _("Let another firm coordinate it first.")


class LeavingAlready(Conflict):
    code = "leaving_already"
    title = _("The firm is leaving already.")
    rule = _("A firm leaves a cluster once; its last day stands.")
    remedy = _("Take it back first to choose another day.")


class StillOpen(Conflict):
    code = "still_open"
    title = _("Something is still open.")
    rule = _("A firm leaves at once only where nothing is open; on its last day it leaves in any case.")
    remedy = _("Finish or cancel what is named, or wait for the last day.")


class NotLeaving(NotFound):
    code = "not_leaving"
    title = _("The firm is not leaving this cluster.")
    rule = _("Only what was asked for is taken back, objected to or done at once.")
    remedy = _("Look at the page again.")


class NotYours(Conflict):
    code = "not_yours"
    title = _("This is the other side's to do.")
    rule = _("Who asked takes it back; a firm that is removed objects.")
    remedy = _("Ask the other side.")


class TooSoon(DomainError):
    code = "too_soon"
    title = _("This day is not possible.")
    rule = _("The last day is one of the next 365; who is removed has seven days at least.")
    remedy = _("Choose another number of days.")


class NoReason(DomainError):
    code = "no_reason"
    title = _("A reason is missing.")
    rule = _("Who removes a firm, or objects, says why.")
    remedy = _("Write one sentence.")


class BeingWritten(Conflict):
    code = "being_written"
    title = _("A file is being written already.")
    rule = _("One file of a firm is written at a time.")
    remedy = _("Wait until it is ready, then download it.")
