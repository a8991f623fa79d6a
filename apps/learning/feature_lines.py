"""Features as lines that a person types: `name; unit; low; high`, or `name; A|B|C`; `0|1` is yes or no.

A star behind the name marks a setting that a person at the machine may change; advice looks at these only.
"""

import math
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from federated.agreed.contracts import Feature

STAR, YES_OR_NO = "*", ["0", "1"]
MOST_LETTERS = 100  # of a name, as the contract has it


def number_text(value: float | None) -> str:
    """The shortest decimal that reads as the same number: 290, 0.05; empty for None."""
    return "" if value is None else f"{value:.15g}"


def feature_line(feature: Feature) -> str:
    name = feature.name + (STAR if feature.adjustable else "")
    if feature.kind == "numeric":
        return f"{name}; {feature.unit}; {number_text(feature.low)}; {number_text(feature.high)}"
    return f"{name}; {'|'.join(feature.categories or YES_OR_NO)}"


def read_line(line: str, number: int) -> dict[str, Any]:
    """A feature of a contract's document.

    Raises:
        ValidationError: names the line, the value and the form that is wanted.
    """
    name, *rest = (cell.strip() for cell in line.split(";"))
    found: dict[str, Any] = {"name": name.removesuffix(STAR).strip(), "adjustable": name.endswith(STAR)}
    _check_cells(found["name"], rest, number)
    if len(rest) == 1 and "|" in rest[0]:
        categories = [category.strip() for category in rest[0].split("|")]
        _check_categories(categories, number)
        if categories == YES_OR_NO:
            return found | {"kind": "boolean"}
        return found | {"kind": "categorical", "categories": categories}
    found["unit"] = rest[0] if rest else ""
    for key, cell in zip(("low", "high"), rest[1:3], strict=False):
        found[key] = _number(cell, number)
    low, high = found.get("low"), found.get("high")
    if low is not None and high is not None and not low < high:
        text = _("Line %(n)s: low must be below high. Found: %(low)s and %(high)s.")
        raise forms.ValidationError(text % {"n": number, "low": number_text(low), "high": number_text(high)})
    return found


def _check_cells(name: str, rest: list[str], number: int) -> None:
    if not name:
        raise forms.ValidationError(_("Line %(n)s: a feature needs its name.") % {"n": number})
    if not rest and any(mark in name for mark in ",\t"):
        text = _("Line %(n)s holds several names. Write one feature a line, with semicolons: name; unit; low; high.")
        raise forms.ValidationError(text % {"n": number})
    if len(name) > MOST_LETTERS:
        text = _("Line %(n)s: a name has at most %(most)s letters. Write one feature a line: name; unit; low; high.")
        raise forms.ValidationError(text % {"n": number, "most": MOST_LETTERS})
    if len(rest) > 3 or (len(rest) > 1 and "|" in rest[0]):
        text = _("Line %(n)s has more parts than fit: %(value)s. Write: name; unit; low; high, or name; A|B|C.")
        raise forms.ValidationError(text % {"n": number, "value": "; ".join(rest)})


def _check_categories(categories: list[str], number: int) -> None:
    if "" in categories:
        text = _("Line %(n)s: a category has no name. Write: name; A|B|C.")
        raise forms.ValidationError(text % {"n": number})
    if twice := next((c for c in categories if categories.count(c) > 1), ""):
        text = _("Line %(n)s: the category %(value)s stands twice.")
        raise forms.ValidationError(text % {"n": number, "value": twice})


def _number(cell: str, line: int) -> float | None:
    try:
        found = float(cell) if cell else None
    except ValueError:
        found = math.nan
    if found is not None and not math.isfinite(found):
        text = _("Line %(n)s: %(value)s is no number. Write: name; unit; low; high.")
        raise forms.ValidationError(text % {"n": line, "value": cell})
    return found
