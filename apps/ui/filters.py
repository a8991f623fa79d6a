"""What a list may be narrowed by: typed, in the address, and told back in words."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet

from apps.common.dates import day_text
from apps.common.period import read_month
from apps.common.prefix import begins


class Filters(FilterSet):  # type: ignore[misc]  # an untyped library
    """Filters of one list; a filter's method finds the list as `self.listing`."""

    def __init__(self, data: Any, rows: Any, *, listing: Any) -> None:
        self.listing = listing
        super().__init__(data, rows)

    def is_valid(self) -> bool:
        """As each field says, and no day until which lies before the day from which."""
        if not super().is_valid():
            return False
        asked = self.form.cleaned_data
        for name in [name for name in asked if name.endswith("_until")]:
            start, until = asked.get(name.replace("_until", "_from")), asked[name]
            if until and start and until < start:
                self.form.add_error(name, _("This day lies before the first day."))
        return not self.form.errors

    def told(self) -> Iterator[tuple[str, Any, str]]:
        """(name, label, value in words) of each filter that is set."""
        for name, value in self.form.cleaned_data.items():
            if value in (None, "", []):
                continue
            field = self.form.fields[name]
            words = day_text(value) if hasattr(value, "isoformat") else str(value)
            if isinstance(field, forms.ChoiceField) and not isinstance(value, Model):
                words = {str(key): str(label) for key, label in field.widget.choices}.get(str(value), words)
            yield name, field.label, words


def days(field: str, label: Any, end: str) -> DateFilter:
    """From or until a day, both included; `end` is "gte" or "lte"."""
    return DateFilter(field, end, label=label, widget=forms.DateInput({"type": "date"}))


class BeginsFilter(CharFilter):  # type: ignore[misc]
    """A text that begins so, in capitals or small letters; an index on side and text serves it."""

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(begins(self.field_name, value)) if value else rows


class MomentFilter(DateFilter):  # type: ignore[misc]
    """From or until a day as the reader's clock counts it, of a moment: an index on the moment serves it."""

    def filter(self, rows: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        if value is None:
            return rows
        is_until = self.lookup_expr == "lt"
        start = timezone.make_aware(datetime.combine(value + timedelta(days=is_until), time.min))
        return rows.filter(**{f"{self.field_name}__{self.lookup_expr}": start})


def moments(field: str, label: Any, end: str) -> MomentFilter:
    """From or until a day, both included; `end` is "gte" or "lte"."""
    lookup = "lt" if end == "lte" else end
    return MomentFilter(field, lookup, label=label, widget=forms.DateInput({"type": "date"}))


class MonthFilter(CharFilter):  # type: ignore[misc]
    """The days of a month written as 2026-01; `InvalidParameter` where it is none."""

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return rows
        first, end = read_month(value)
        return rows.filter(**{f"{self.field_name}__gte": first, f"{self.field_name}__lt": end})


def month(field: str, label: Any) -> MonthFilter:
    return MonthFilter(field, label=label, widget=forms.TextInput({"type": "month"}))


__all__ = ("BeginsFilter", "CharFilter", "ChoiceFilter", "Filters", "days", "moments", "month")
