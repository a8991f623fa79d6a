"""The words of learning together (docs/federated.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Process(models.TextChoices):
    CNC = "cnc", _("CNC machining")
    FORGING = "forging", _("Forging")
    INJECTION = "injection", _("Injection moulding")
    PRESS = "press", _("Press")
    CASTING = "casting", _("Casting")
    PLATING = "plating", _("Plating")
    PCB = "pcb", _("PCB")
    WELDING = "welding", _("Welding")
    HEAT = "heat", _("Heat treatment")
    ASSEMBLY = "assembly", _("Assembly")
    SEMICONDUCTOR = "semiconductor", _("Semiconductor")
    OTHER = "other", pgettext_lazy("process", "Other")


class NodeState(models.TextChoices):
    INVITED = "invited", pgettext_lazy("site", "Invited")
    JOINED = "joined", pgettext_lazy("site", "Joined")
    SUSPENDED = "suspended", pgettext_lazy("site", "Suspended")
    LEFT = "left", pgettext_lazy("site", "Left")


class ConsentState(models.TextChoices):
    """Of a firm's approval and of its factory's countersignature."""

    WAITING = "waiting", _("Waiting")
    GIVEN = "given", pgettext_lazy("consent", "Given")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    TAKEN_BACK = "taken_back", _("Taken back")


class RunState(models.TextChoices):
    STARTING = "starting", pgettext_lazy("run", "Starting")
    RUNNING = "running", pgettext_lazy("run", "Running")
    PAUSING = "pausing", pgettext_lazy("run", "Pausing after this round")
    PAUSED = "paused", pgettext_lazy("run", "Paused")
    STOPPING = "stopping", pgettext_lazy("run", "Stopping")
    STOPPED = "stopped", pgettext_lazy("run", "Stopped")
    FAILED = "failed", pgettext_lazy("run", "Failed")
    FINISHED = "finished", pgettext_lazy("run", "Finished")


class TrialState(models.TextChoices):
    """Of an invitation to try a model before joining."""

    OFFERED = "offered", pgettext_lazy("trial", "Offered")
    TAKEN = "taken", pgettext_lazy("trial", "Bundle taken")
    TRIED = "tried", pgettext_lazy("trial", "Tried")
    CONVINCED = "convinced", pgettext_lazy("trial", "Convinced")
    OVER = "over", pgettext_lazy("trial", "Over")
    WITHDRAWN = "withdrawn", pgettext_lazy("trial", "Ended")


ACTIVE = (RunState.STARTING, RunState.RUNNING, RunState.PAUSING, RunState.STOPPING)


class SiteState(models.TextChoices):
    """Of one site in the present round; the words of `federated.server.asking`."""

    WAITING = "waiting", _("Training")
    RECEIVED = "received", _("Update received")
    FAILED = "failed", pgettext_lazy("update", "Refused")
    LATE = "late", pgettext_lazy("update", "Too late")
    OFFLINE = "offline", pgettext_lazy("site", "Offline")
