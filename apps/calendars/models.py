"""Which days a firm works, at all its sites or at one, and in which shifts."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.columns import NameField
from apps.tenancy.access import Access, linked, own, side
from apps.tenancy.bases import OrganizationModel
from apps.tenancy.scope import ScopedManager

# Trading partners count deadlines and choose days by it; what is worked on a day, the shifts, stays the firm's own.
TRADING = linked("tenancy.TradingRelation", buyer="organization", when=side("supplier")) | linked(
    "tenancy.TradingRelation", supplier="organization", when=side("buyer")
)
WHY = "its firm's; trading partners read it, who agree on days with it"


class WorkingCalendar(models.Model):
    """A firm's working days; those of one site, where it has its own."""

    access = Access(read=own() | TRADING, write=own(), reason=WHY)

    organization = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), help_text="1 Monday to 7 Sunday")
    has_holidays = models.BooleanField(_("public holidays of Korea are days off"), default=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "site", name="calendar_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(weekdays__len__gt=0), name="calendar_has_working_days"),
            models.CheckConstraint(condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="calendar_weekdays"),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.organization_id} {self.site_id or ''}"


class CalendarDay(models.Model):
    """An exception: a day off, or a day that is worked all the same."""

    access = Access(read=own() | TRADING, write=own(), reason=WHY)

    organization = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")
    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    is_working = models.BooleanField(_("worked"))
    note = NameField(_("why"), max_length=80, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint("calendar", "day", name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.is_working}"


class Shift(OrganizationModel):
    """One shift of a working day; the last one may end on the next day."""

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="shifts")
    name = NameField(_("name"), max_length=40)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    class Meta:
        constraints = [models.UniqueConstraint("calendar", "starts", name="shift_once")]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def hours(self) -> float:
        start, end = (datetime.combine(datetime.min, moment) for moment in (self.starts, self.ends))
        return ((end if end > start else end + timedelta(days=1)) - start) / timedelta(hours=1)
