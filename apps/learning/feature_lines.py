"""Features as lines that a person types: `name; unit; low; high`, or `name; A|B|C`; `0|1` is yes or no.

A star behind the name marks a setting that a person at the machine may change; advice looks at these only.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from federated.contracts import Feature

STAR, YES_OR_NO = "*", ["0", "1"]


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
    if not found["name"]:
        raise forms.ValidationError(_("Line %(n)s: a feature needs its name.") % {"n": number})
    if len(rest) == 1 and "|" in rest[0]:
        categories = [category.strip() for category in rest[0].split("|")]
        if categories == YES_OR_NO:
            return found | {"kind": "boolean"}
        return found | {"kind": "categorical", "categories": categories}
    found["unit"] = rest[0] if rest else ""
    for key, cell in zip(("low", "high"), rest[1:3], strict=False):
        try:
            found[key] = float(cell) if cell else None
        except ValueError:
            text = _("Line %(n)s: %(value)s is no number. Write: name; unit; low; high.")
            raise forms.ValidationError(text % {"n": number, "value": cell}) from None
    return found
