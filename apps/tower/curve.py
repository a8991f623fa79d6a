"""The stock under a time grid: one column a day, as wide as the grid's."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.common.charts import Chart, Series, chart
from apps.common.dates import day_text
from apps.common.units import unit_of

COLUMN, HEIGHT = 68, 140  # COLUMN is the width of .grid col.day in ui.css


def curve(name: str, values: Sequence[Decimal], *, today: date, unit: str, wished: Sequence[Decimal] | None = None) -> Chart:
    """
    Args:
        name: what the line shows.
        values: the quantity at the end of each day; each fills its day's column.
        wished: what it would be if all had come as requested; never below the values.
    """
    label, words, days = unit_of(unit).label, [], []
    for index, (value, wish) in enumerate(zip(values, wished or values, strict=True)):
        days.append(day_text(today + timedelta(days=index)))
        words.append(f"{days[-1]}: {_plain(value)} {label}")
        if wish > value:
            words[-1] += " · " + _("%(n)s later than requested") % {"n": _plain(wish - value)}
    lines = [Series(name, values)]
    if wished and list(wished) != list(values):
        lines.insert(0, Series(_("If all came as requested"), wished, "wished"))
    drawn = chart(days, lines, words=words, unit=label, bounds=(0, 1), steps=True, height=HEIGHT, column_width=COLUMN)
    assert drawn, "every day has a quantity"
    return drawn


def _plain(value: Decimal) -> str:
    return f"{value.normalize():,f}"
