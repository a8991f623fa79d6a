"""What the style guide shows: each part of the kit with invented rows, made by the same code as on the pages of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.charts import Chart, Series, chart
from apps.orders.pages import LOOK
from apps.ui.columns import Column, day, link, quantity, states, text
from apps.ui.tables import TableListing


@dataclass(frozen=True)
class SampleLine:
    pk: int
    number: str
    firm: str
    part: str
    code: str
    amount: Decimal
    unit: str
    due: date
    state: str

    @property
    def states(self) -> list[Any]:
        return [LOOK[self.state]]


def sample_lines() -> list[SampleLine]:
    today = timezone.localdate()
    rows = [
        ("PO-90001", _("Sample Metals"), _("Brake caliper bracket"), "BRK-0001", "1200", "H87", 3, "confirmed"),
        ("PO-90002", _("Sample Forge"), _("High-voltage cable"), "CBL-0002", "2500.5", "MTR", -2, "late"),
        ("PO-90003", _("Sample Plating"), _("Guide pin"), "GDP-0003", "4800", "H87", 9, "change_proposed"),
    ]
    return [
        SampleLine(n, number, firm, part, code, Decimal(amount), unit, today + timedelta(days=days), state)
        for n, (number, firm, part, code, amount, unit, days, state) in enumerate(rows, start=1)
    ]


class SampleList(TableListing):
    """A list page with all its tools; it stands in no room's lists, so nothing of it is kept."""

    name = "sample"
    url_name = "web:styleguide"
    title = gettext_lazy("List page")
    act = ""
    default_sort = "number"
    last = "number"
    empty = gettext_lazy("Nothing here.")

    def items(self) -> Sequence[Any]:
        return sample_lines()

    def key(self, row: Any) -> int:
        return row.pk

    def view_label(self) -> str:
        return _("List page")

    def columns(self) -> Sequence[Column]:
        return (
            link("number", _("Order"), "number", lambda row: f"{reverse('web:styleguide')}#detail", sort="number"),
            text("firm", _("Supplier"), "firm", sort="firm"),
            text("part", _("Part"), "part", under=(_("Part number"), "code")),
            quantity("amount", _("Quantity"), "amount", "unit", _("Unit"), sort="amount"),
            day("due", _("Requested"), "due", sort="due"),
            states("state", _("Status"), "states"),
        )


class SampleForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("A field"), help_text=gettext_lazy("What the field wants."), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("A choice"), choices=(("capacity", gettext_lazy("Capacity")),))
    wanted = forms.DateField(label=gettext_lazy("A day"), widget=forms.DateInput(attrs={"type": "date"}))
    is_on = forms.BooleanField(label=gettext_lazy("A switch"), required=False)


def refused_form() -> SampleForm:
    """A form as it comes back: with what was typed, and the fault beside its field."""
    form = SampleForm({"name": "PO-11873", "kind": "capacity", "wanted": ""})
    form.is_valid()
    return form


def sample_chart() -> Chart | None:
    labels = [str(week) for week in range(40, 48)]
    promise, request = [92, 95, None, 97, 91, 96, 98, 94], [80, 84, None, 90, 78, 85, 93, 88]
    words = [
        f"{label} · {a} % · {b} %" if a else f"{label} · —" for label, a, b in zip(labels, promise, request, strict=True)
    ]
    lines = [Series(_("OTIF, promise"), promise), Series(_("OTIF, request"), request, "second")]
    few = [label == "44" for label in labels]
    return chart(labels, lines, words=words, unit="%", bounds=(70, 100), target=95, faint=few)


def samples() -> dict[str, Any]:
    return {
        "samples": list(LOOK),
        "trend": [3, 5, 4, 7, 6, 9],
        "rows": sample_lines(),
        "form": SampleForm(auto_id="dialog-%s"),
        "refused": refused_form(),
        "chart": sample_chart(),
        "parts": [
            ("buttons", _("Buttons")),
            ("badges", _("Badges")),
            ("figures", _("Key figures")),
            ("table", _("Table")),
            ("list-sample", _("List page")),
            ("detail", _("Detail")),
            ("form", _("Form")),
            ("dialog", _("Dialog")),
            ("chart", _("Chart")),
            ("message", _("Toast")),
            ("notes", _("Notes")),
            ("empty", _("Empty")),
        ],
    }
