"""What the two firms of a trading relation agreed on: as it is now, and each version that orders were placed under."""

from decimal import Decimal

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.columns import CodeField

COLUMNS = (
    *("currency", "incoterm", "over_tolerance", "freeze_days", "early_days", "late_days", "answer_hours"),
    *("is_strict", "hides_prices", "otif_target", "ppm_target", "data_days", "way"),
)


class Way(models.TextChoices):
    """How lines of orders come to be confirmed."""

    FULL = "full", _("confirmed and negotiated, line by line")
    SIMPLE = "simple", _("accepted or refused as they are")
    NONE = "none", _("confirmed as soon as they are sent")


class Terms(models.Model):
    """The agreed terms, on a relation as of now and on each of its versions."""

    currency = CodeField(_("currency"), max_length=3, default="KRW")
    incoterm = CodeField(_("Incoterm"), max_length=3, blank=True)
    over_tolerance = models.DecimalField(
        _("over-delivery tolerance"),
        max_digits=5,
        decimal_places=4,
        default=Decimal("0"),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("share of the requested quantity, 0.05 = 5 %"),
    )
    freeze_days = models.PositiveSmallIntegerField(_("freeze fence, days"), default=3)
    early_days = models.PositiveSmallIntegerField(
        _("early window, days"), default=3, null=True, blank=True, help_text=_("empty: any earlier day is on time")
    )
    late_days = models.PositiveSmallIntegerField(_("late window, days"), default=0)
    answer_hours = models.PositiveSmallIntegerField(
        _("answer within, hours"), default=24, help_text=_("of days on which the answering firm works")
    )
    is_strict = models.BooleanField(
        _("days off, pack size and lead time are refused"), default=False, db_default=False, help_text=_("else only said")
    )
    hides_prices = models.BooleanField(
        _("prices for those who buy and sell only"), default=False, db_default=False, help_text=_("else for everybody")
    )
    otif_target = models.PositiveSmallIntegerField(
        _("target of OTIF, %"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("lines on time and in full against the promise; empty: none is agreed"),
    )
    ppm_target = models.PositiveIntegerField(
        _("target of defects, ppm"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(1_000_000)],
        help_text=_("rejected pieces in a million received; empty: none is agreed"),
    )

    data_days = models.JSONField(
        _("how often data are brought up to date"),
        default=dict,
        db_default=models.Value({}, output_field=models.JSONField()),
        blank=True,
        help_text=_("kind of data → days; what is not named is not agreed"),
    )

    way = models.CharField(
        _("how lines are confirmed"),
        max_length=6,
        choices=Way,
        default=Way.FULL,
        db_default=Way.FULL.value,
        help_text=_("of orders that are sent from now on"),
    )

    class Meta:
        abstract = True

    def agrees_with(self, other: "Terms") -> bool:
        """Whether both say the same."""
        return all(getattr(self, name) == getattr(other, name) for name in COLUMNS)


def _row(of: str) -> str:
    return ", ".join(f"{of}.{name}" for name in COLUMNS)


# In the database, so that no way of changing a relation forgets it. The row of the relation is locked meanwhile: versions
# have no gap and no double.
KEEP_VERSION = pgtrigger.Trigger(
    name="keep_terms",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func=f"""
        IF TG_OP = 'INSERT' OR ROW({_row("OLD")}) IS DISTINCT FROM ROW({_row("NEW")}) THEN
            INSERT INTO public.tenancy_relationterms
                (relation_id, buyer_id, supplier_id, version, agreed_at, {", ".join(COLUMNS)})
            SELECT NEW.id, NEW.buyer_id, NEW.supplier_id, coalesce(max(version), 0) + 1, now(), {_row("NEW")}
            FROM public.tenancy_relationterms WHERE relation_id = NEW.id;
        END IF;
        RETURN NULL;
    """,
)
