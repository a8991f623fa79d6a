"""Units of quantity: UN/ECE Recommendation 20 common codes, their words on screen, and exact conversion.

Codes and symbols: UN/ECE Rec 20 revision 17, annex I-III. C62 and EA mean one piece like H87 and are taken on import only.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .errors import DomainError

QUANTITY_DIGITS: dict[str, Any] = {"max_digits": 18, "decimal_places": 6}
LARGEST = Decimal(10) ** 12  # and above: more than a column of these digits holds


@dataclass(frozen=True)
class Unit:
    """One unit: its code, its word, its dimension and how many base units of that dimension it holds."""

    code: str
    label: Any
    dimension: str
    factor: Decimal
    places: int = 3


def _unit(code: str, label: Any, dimension: str, factor: str, places: int = 3) -> tuple[str, Unit]:
    return code, Unit(code, label, dimension, Decimal(factor), places)


UNITS: dict[str, Unit] = dict(
    [
        _unit("H87", _("EA"), "piece", "1", 0),
        _unit("SET", _("set"), "set", "1", 0),
        _unit("PR", _("pair"), "pair", "1", 0),
        _unit("KGM", "kg", "mass", "1000"),
        _unit("GRM", "g", "mass", "1"),
        _unit("TNE", "t", "mass", "1000000"),
        _unit("MTR", "m", "length", "1000"),
        _unit("CMT", "cm", "length", "10"),
        _unit("MMT", "mm", "length", "1"),
        _unit("MTK", "m²", "area", "1"),
        _unit("MTQ", "m³", "volume", "1000000"),
        _unit("LTR", "L", "volume", "1000"),
        _unit("MLT", "mL", "volume", "1"),
        _unit("KWH", "kWh", "energy", "1"),
        _unit("HUR", _("hour"), "time", "1"),
        _unit("DAY", _("day"), "time", "24"),
    ]
)
IMPORT_ALIASES = {"C62": "H87", "EA": "H87"}
UNIT_CHOICES = [(code, unit.label) for code, unit in UNITS.items()]


def is_quantity(value: Decimal, unit: str, *, or_none: bool = False) -> bool:
    """Whether so much can be there: finite, above 0 (or 0, where `or_none`), kept whole in a column, no finer than the unit
    is counted."""
    if not value.is_finite() or not 0 <= value < LARGEST or (value == 0 and not or_none):
        return False
    return round(value, UNITS[unit].places) == value


class UnknownUnit(DomainError):
    code = "unknown_unit"
    title = _("The unit is unknown.")
    rule = _("A unit is a UN/ECE Rec 20 code that Dure knows.")
    remedy = _("Use one of: H87, SET, PR, KGM, GRM, TNE, MTR, CMT, MMT, MTK, MTQ, LTR, MLT, KWH, HUR, DAY.")


class MixedUnits(DomainError):
    code = "mixed_units"
    title = _("The units do not fit together.")
    rule = _("Quantities are converted within one dimension only.")
    remedy = _("Give the quantity in a unit of the same kind.")


def unit_of(code: str) -> Unit:
    """The unit of a code, import aliases included.

    Raises:
        UnknownUnit: Dure has no such code.
    """
    try:
        return UNITS[IMPORT_ALIASES.get(code, code)]
    except KeyError:
        raise UnknownUnit(place="unit", value=code) from None


def can_convert(source: str, target: str) -> bool:
    """Whether both measure the same thing."""
    return unit_of(source).dimension == unit_of(target).dimension


def convert(quantity: Decimal, source: str, target: str) -> Decimal:
    """The same amount in another unit, to 28 significant digits.

    Raises:
        MixedUnits: the two units measure different things.
    """
    from_unit, to_unit = unit_of(source), unit_of(target)
    if from_unit.dimension != to_unit.dimension:
        raise MixedUnits(place="unit", value=f"{source} → {target}")
    if from_unit is to_unit:
        return quantity
    return quantity * from_unit.factor / to_unit.factor


def other_unit(said: str, kept: str, *, place: str) -> MixedUnits:
    """Of a quantity in a unit that does not convert to the one in which the thing is kept."""
    words = gettext("It is kept in %(kept)s, and %(said)s does not convert to that.")
    return MixedUnits(words % {"kept": unit_of(kept).label, "said": unit_of(said).label}, place=place, value=said)


def validate_unit(code: str) -> None:
    """A Django field validator."""
    if code not in UNITS:
        raise ValidationError(_("%(code)s is not a unit that Dure knows."), params={"code": code})


def in_unit(row: dict[str, Any], kept: str, *names: str) -> None:
    """Bring quantities of a table's row to the unit in which the thing is kept, where the row's own converts to it."""
    said = row.get("unit")
    if not said or not kept or said == kept or not can_convert(said, kept):
        return
    for name in names:
        if row.get(name) is not None:
            row[name] = round(convert(row[name], said, kept), QUANTITY_DIGITS["decimal_places"])
    row["unit"] = kept
