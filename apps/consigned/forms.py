"""What people type about material: terms, uses, losses, months, and the tables of a note."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.common.characters import Characters, clean
from apps.common.errors import DomainError
from apps.common.typed import read_date, read_quantity
from apps.common.units import QUANTITY_DIGITS
from apps.inventory.models import ConsignedPart, StockStatus
from apps.masterdata.forms import MeantForm

from .models import ConsignmentLine, ConsignmentNote
from .services import Arrived, Sent
from .statuses import LossReason

PERCENT: dict[str, Any] = {"min_value": 0, "max_value": Decimal("99.99"), "max_digits": 4, "decimal_places": 2}


class TermsForm(MeantForm):
    """On which terms material is handed out. Free and charged differ only in what a settlement says."""

    is_charged = forms.BooleanField(label=_("Charged: the supplier pays what it used"), required=False)
    unit_price = forms.DecimalField(label=_("Unit price"), min_value=0, max_digits=18, decimal_places=4, required=False)
    allowed_loss = forms.DecimalField(label=_("Allowed loss of what was used, %"), **PERCENT, initial=0)

    field_order = ("is_charged", "unit_price", "confirmed", "allowed_loss")

    def terms(self) -> dict[str, Any]:
        """As the services take them."""
        data = self.cleaned_data
        return {
            "is_charged": data["is_charged"],
            "unit_price": data["unit_price"],
            "allowed_loss": data["allowed_loss"] / 100,
            "is_confirmed": data["confirmed"],
        }


class AgreeForm(TermsForm):
    relation = forms.ChoiceField(label=_("Supplier"))
    part = forms.ChoiceField(label=_("Own part"))

    field_order = ("relation", "part", *TermsForm.field_order)

    def __init__(self, *args: Any, relations: Any = (), parts: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relation"].choices = [(row.pk, row.supplier.name) for row in relations]
        self.fields["part"].choices = [(row.pk, f"{row.number} · {row.label}") for row in parts]


class UseForm(forms.Form):
    """So much of the material goes into one unit of a part; 0 takes the part out."""

    made = forms.ChoiceField(label=_("Part"))
    quantity = forms.DecimalField(label=_("In one unit of the part"), min_value=0, **QUANTITY_DIGITS)
    scrap = forms.DecimalField(label=_("Scrap drawn on top, %"), **PERCENT, initial=0)

    def __init__(self, *args: Any, parts: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["made"].choices = [(row.pk, f"{row.buyer_number} · {row.label}") for row in parts]


class LossForm(forms.Form):
    site = forms.ChoiceField(label=_("Site"))
    quantity = forms.DecimalField(label=_("Quantity"), min_value=0, **QUANTITY_DIGITS)
    reason = forms.ChoiceField(label=_("Reason"), choices=LossReason)
    lot = forms.CharField(label=_("Lot, where it is known"), max_length=60, validators=[Characters("code")], required=False)
    note = forms.CharField(label=_("Note"), max_length=500, validators=[Characters("note")], required=False)

    def __init__(self, *args: Any, sites: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [(site.pk, str(site)) for site in sites]


class ProposeForm(forms.Form):
    """A month of one partner."""

    relation = forms.ChoiceField(label=_("Partner"))
    month = forms.ChoiceField(label=_("Month"))
    note = forms.CharField(label=_("Note"), max_length=500, validators=[Characters("note")], required=False)

    def __init__(self, *args: Any, relations: Any = (), months: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relation"].choices = list(relations)
        self.fields["month"].choices = [(f"{month:%Y-%m-%d}", f"{month:%Y-%m}") for month in months]


class DisputeForm(forms.Form):
    answer = forms.CharField(
        label=_("What is not right"), max_length=500, validators=[Characters("note")], widget=forms.Textarea({"rows": 3})
    )


@dataclass
class SendRow:
    """One material, or one heap of it, that may be sent: what lies there, and what is typed.

    Attributes:
        key: of its fields.
        is_lot_known: a heap's; else the lot may be typed.
    """

    key: str
    material: ConsignedPart
    there: Decimal
    lot: str = ""
    status: str = StockStatus.AVAILABLE
    status_word: str = ""
    is_lot_known: bool = False
    quantity: str = ""
    error: DomainError | None = None


@dataclass
class NewNote:
    """The page of a new note, as typed."""

    rows: list[SendRow]
    arrival: str = ""
    note: str = ""
    other_site: str = ""
    chosen: list[SendRow] = field(default_factory=list)

    def read(self, data: QueryDict) -> "NewNote":
        for row in self.rows:
            row.quantity = data.get(f"quantity-{row.key}", "").strip()[:40]
            if not row.is_lot_known:
                row.lot = data.get(f"lot-{row.key}", "").strip()[:60]
        self.arrival, self.note = data.get("arrival", ""), data.get("note", "")[:500]
        self.other_site = data.get("other_site", "")
        return self

    def lines(self) -> list[Sent]:
        """
        Raises:
            InvalidValue: a field that is no number; its place names the row.
        """
        self.chosen = [row for row in self.rows if row.quantity not in ("", "0")]
        found = []
        for index, row in enumerate(self.chosen):
            quantity = read_quantity(row.quantity, f"lines[{index}].quantity")
            lot = clean(row.lot, "code", f"lines[{index}].lot")
            found.append(Sent(row.material.pk, quantity, lot, status=row.status))
        return found

    def arrives_on(self) -> date | None:
        return read_date(self.arrival, "arrives_on") if self.arrival else None


@dataclass
class ReceiveRow:
    """What of a line is still on its way, and what is typed of it."""

    line: ConsignmentLine
    quantity: str
    damaged: str = "0"
    error: DomainError | None = None


def receive_rows(note: ConsignmentNote, data: QueryDict | None = None) -> list[ReceiveRow]:
    shown: Any = note
    rows = [ReceiveRow(line, f"{line.open_quantity.normalize():f}") for line in shown.shown_lines if line.open_quantity]
    for row in rows if data is not None else ():
        row.quantity = (data or {}).get(f"quantity-{row.line.pk}", "").strip()[:40]
        row.damaged = (data or {}).get(f"damaged-{row.line.pk}", "").strip()[:40]
    return rows


def arrived_of(rows: list[ReceiveRow], *, is_rest_missing: bool) -> list[Arrived]:
    """A field left empty says that nothing of the line came now; where what did not come is lost for good, it is refused.

    Raises:
        InvalidValue: a field that is no number; its place names the row.
    """
    found = []
    for index, row in enumerate(rows):
        quantity = read_quantity(row.quantity or ("" if is_rest_missing else "0"), f"lines[{index}].quantity")
        damaged = read_quantity(row.damaged or "0", f"lines[{index}].damaged")
        found.append(Arrived(row.line.pk, quantity, damaged))
    return found


def mark_rows(rows: list[Any], error: DomainError) -> DomainError | None:
    """Put a refusal, and those told with it, beside the rows that their places name.

    Returns:
        The first that belongs to none.
    """
    rest = None
    for one in (error, *error.others):
        index = one.place.removeprefix("lines[").partition("]")[0]
        if one.place.startswith("lines[") and index.isdigit() and int(index) < len(rows):
            rows[int(index)].error = rows[int(index)].error or one
        else:
            rest = rest or one
    return rest
