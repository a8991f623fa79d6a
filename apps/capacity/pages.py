"""How capacity is shown: a share of each week, and in sentences what is too much."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from .load import Load
from .models import CapacityGroup
from .selectors import Loads

STATES = {
    "over": (gettext_lazy("Over the maximum"), "octagon-alert", "bad"),
    "bare": (gettext_lazy("Load without capacity"), "triangle-alert", "warn"),
    "tight": (gettext_lazy("Over the actual capacity"), "triangle-alert", "warn"),
    "unfit": (gettext_lazy("Units do not fit"), "scale", "mute"),
    "unknown": (gettext_lazy("Not all is known"), "circle-question-mark", "mute"),
    "fits": (gettext_lazy("Fits"), "circle-check", "ok"),
}
TROUBLE = ("over", "bare", "tight", "unfit")
REMEDIES = {
    "over": gettext_lazy(
        "Make some of it in another week or elsewhere, raise the capacity, or agree other days with customers."
    ),
    "bare": gettext_lazy("Tell what the group gives in this week, or in a usual one."),
    "tight": gettext_lazy("Plan overtime or another shift: the maximum is enough."),
    "unfit": gettext_lazy("Agree a unit that converts, or correct the unit of the own part."),
}
CSS = {"over": "short", "bare": "tight", "tight": "tight"}
MOST_TROUBLES = 40


@dataclass(frozen=True)
class Trouble:
    """A week that is too full, or without capacity: which, how much, against what, and what to do."""

    group: CapacityGroup
    week: Load

    @property
    def look(self) -> tuple[Any, str, str]:
        return look_of(self.week)

    @property
    def words(self) -> str:
        return words_of(self.week, self.group.unit)

    @property
    def remedy(self) -> Any:
        return REMEDIES[self.week.state]


def look_of(week: Load) -> tuple[Any, str, str]:
    """Where nobody said a maximum, what is over is over the actual capacity."""
    if week.state == "over" and week.held.maximum is None:
        return (STATES["tight"][0], *STATES["over"][1:])
    return STATES[week.state]


def words_of(week: Load, unit: str) -> str:
    """What a week should give and gives, and how much of the running one is left."""
    words = _words_of(week, unit)
    if week.left is None or week.unfit:
        return words
    return (
        words
        + " "
        + _("Of this week %(n)s of %(all)s working days are left; what they give counts.")
        % {
            "n": week.left[0],
            "all": week.left[1],
        }
    )


def _words_of(week: Load, unit: str) -> str:
    given = week.held
    if week.unfit:
        return _("Units do not fit: %(units)s") % {"units": week.unfit}
    values = {
        "load": load_text(week),
        "unit": unit_text(unit),
        "actual": _figure(given.actual),
        "maximum": _figure(given.maximum),
        "missing": quantity_text(week.missing),
    }
    if week.state == "bare":
        return _("%(load)s %(unit)s are to be made, and nobody said what can be.") % values
    if week.state == "over" and given.maximum is None:
        return (
            _("%(load)s %(unit)s are to be made, actual %(actual)s: %(missing)s too many; nobody said a maximum.") % values
        )
    if week.state == "over":
        return _("%(load)s %(unit)s are to be made, actual %(actual)s, maximum %(maximum)s: %(missing)s too many.") % values
    return _("%(load)s %(unit)s are to be made, actual %(actual)s, maximum %(maximum)s.") % values


def _figure(value: Decimal | None) -> str:
    return "?" if value is None else quantity_text(value)


def load_text(week: Load) -> str:
    """A mark of question where nobody knows, "≥ n" where not all is known."""
    if week.unfit or (not week.is_known and not week.quantity):
        return "?"
    return quantity_text(week.quantity) if week.is_known else f"≥ {quantity_text(week.quantity)}"


def cell(week: Load) -> dict[str, Any]:
    """One week of a group in the grid of all groups."""
    share = week.share
    words = "" if share is None else f"{min(share * 100, Decimal(9999)):.0f} %"
    if share is not None and not week.is_known:
        words = f"≥ {words}"
    return {
        "css": CSS.get(week.state, ""),
        "words": words or ("?" if week.state in ("unknown", "unfit") else "—"),
        "share": None if share is None else int(min(share * 100, Decimal(100))),
        "load": load_text(week),
        "actual": _figure(week.held.actual),
        "state": look_of(week)[0],
    }


def table(found: Sequence[Loads]) -> list[dict[str, Any]]:
    return [{"group": one.group, "cells": [cell(week) for week in one.weeks]} for one in found]


def troubles(found: Sequence[Loads]) -> list[Trouble]:
    """The weeks in which something must be done, the earliest first."""
    every = [Trouble(one.group, week) for one in found for week in one.weeks if week.state in TROUBLE]
    return sorted(every, key=lambda one: (one.week.monday, one.group.code))
