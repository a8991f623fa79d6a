"""Twelve months of a score as lines, beside the target that the reader asks for."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.common.charts import Chart, Series, chart
from apps.common.dates import month_text
from apps.common.period import months_later
from apps.common.typed import whole

from .scorecard import Score

FEW = 10  # lines: fewer say little of a month, and are drawn grey
HIGHEST = 100  # percent


def read_target(text: str | None) -> int | None:
    """A whole percentage from 1 to 100 as it was typed, else None."""
    number = whole(text) if text else None
    return number if number is not None and 1 <= number <= HIGHEST else None


def trend(scores: Mapping[date, Score], first: date, end: date, *, target: int | None = None) -> Chart | None:
    """OTIF by month against promise and request, in percent; a month without lines breaks the line.

    Args:
        scores: by the first day of the month.
        first, end: the months from `first` up to, not including, `end`.
    """
    months = [months_later(first, n) for n in range((end.year - first.year) * 12 + end.month - first.month)]
    found = [scores.get(month) or Score() for month in months]
    shares = {name: [_percent(score.share(name)) for score in found] for name in ("otif_base", "otif_requested")}
    lines = [
        Series(_("OTIF, promise"), shares["otif_base"]),
        Series(_("OTIF, request"), shares["otif_requested"], "second"),
    ]
    words = [
        _month_words(month, score, [(line.name, values[n]) for line, values in zip(lines, shares.values(), strict=True)])
        for n, (month, score) in enumerate(zip(months, found, strict=True))
    ]
    known = [value for line in lines for value in line.values if value is not None]
    return chart(
        [month_text(month) for month in months],
        lines,
        words=words,
        unit="%",
        bounds=(min([*known, *([target] if target else [])], default=0), HIGHEST),
        target=target,
        faint=[0 < score.lines < FEW for score in found],
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)


def _month_words(month: date, score: Score, figures: list[tuple[str, float | None]]) -> str:
    if not score.lines:
        return f"{month:%Y-%m} · " + _("No line was due.")
    count = ngettext("%(n)s line", "%(n)s lines", score.lines) % {"n": score.lines}
    said = [f"{name} {value:.1f} %" for name, value in figures]
    return " · ".join([f"{month:%Y-%m}", *said, count])
