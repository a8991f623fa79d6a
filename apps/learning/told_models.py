"""What factories tell of themselves: figures of rounds, drift, what a site was worth to the others, risks of lots."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.columns import CodeField
from apps.tenancy.access import Access, granted, linked, own, side
from apps.tenancy.bases import OrganizationModel
from apps.tenancy.scope import ScopedManager

from .bases import FirmAndOfficeModel

OF_THE_OFFICE = "a run is the office's; the firm's own node, which is bound, says which federation"


class SiteFigures(OrganizationModel):
    """A site's own figures of a round (kinds grow, train), or of the end (kind finish: federated against local only)."""

    unbound = {"run": OF_THE_OFFICE}
    node = models.ForeignKey("learning.Node", on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey("learning.Run", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8)
    number = models.PositiveIntegerField()
    examples = models.PositiveIntegerField()
    seconds = models.FloatField()
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint("run", "node", "kind", "number", name="site_figures_once")]

    def __str__(self) -> str:
        return f"{self.node_id} in {self.run_id}"


class DriftReport(FirmAndOfficeModel):
    """Flags that a factory sent of its new rows: which features no longer look like those of the training."""

    node = models.ForeignKey("learning.Node", on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey("learning.Run", on_delete=models.CASCADE, related_name="+")
    rows = models.PositiveIntegerField(help_text="that were looked at")
    flags = models.JSONField(help_text="feature, or risk → ok, watch, drift, unknown")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index("run", "node", models.F("id").desc(), name="drift_latest")]

    def __str__(self) -> str:
        return f"{self.node_id} in {self.run_id}"


class Contribution(FirmAndOfficeModel):
    """What a site's taking part in a model was worth to the others: their mean gain in AUPRC against a run without it."""

    node = models.ForeignKey("learning.Node", on_delete=models.CASCADE, related_name="+")
    model = models.ForeignKey("learning.ModelVersion", on_delete=models.CASCADE, related_name="contributions")
    run = models.OneToOneField("learning.Run", on_delete=models.CASCADE, related_name="contribution")
    others = models.PositiveIntegerField(help_text="sites that could be compared")
    gain = models.FloatField(null=True)
    low = models.FloatField(null=True, help_text="95 % interval over the other sites")
    high = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("model", "node", name="contribution_once")]

    def __str__(self) -> str:
        return f"{self.node_id} to {self.model_id}"


# The rooms of deliveries stand above this one, so the model is named and not imported.
_SHIPPED_HERE = linked("deliveries.ShipmentLine", supplier="organization", lot="lot", when=side("buyer"))


class LotRisk(models.Model):
    """What a factory's model said of a lot, and the factory sent: the lot's own figures, none of its rows."""

    access = Access(
        read=own() | granted("lot_risk", customers=_SHIPPED_HERE),
        write=own(),
        reason="the firm itself, and by its grant the customers that it shipped the lot to",
    )
    unbound = {"run": OF_THE_OFFICE}

    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    node = models.ForeignKey("learning.Node", on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey("learning.Run", on_delete=models.PROTECT, related_name="+")
    lot = CodeField(_("lot"), max_length=60)
    rows = models.PositiveIntegerField(help_text="of the lot that were scored")
    mean_risk = models.FloatField(help_text="expected share of defects")
    highest_risk = models.FloatField()
    not_ok = models.PositiveIntegerField(help_text="rows whose verdict is defect or inspect")
    scored_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "lot", name="lot_risk_once"),
            models.CheckConstraint(condition=Q(mean_risk__range=(0, 1)), name="lot_risk_mean_0_1"),
            models.CheckConstraint(condition=Q(highest_risk__range=(0, 1)), name="lot_risk_highest_0_1"),
            models.CheckConstraint(condition=Q(not_ok__lte=models.F("rows")), name="lot_risk_not_ok_within"),
        ]

    def __str__(self) -> str:
        return self.lot
