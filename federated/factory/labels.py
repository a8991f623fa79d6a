"""Inspections of this firm's lots by its customers, to be joined to the rows as labels."""

from pathlib import Path

import polars as pl

from .home import Home
from .joining import API, server_of
from .scoring import write


def fetch_labels(home: Home, target: Path) -> int:
    """Write lot, inspected and rejected quantity, and the day of the last decision.

    Raises:
        ServerRefused: no answer, or a refusal.
    """
    lots = server_of(home).call("GET", f"{API}/site/labels/")["lots"]
    names = ("lot", "inspected", "rejected", "decided_on")
    frame = pl.DataFrame(
        {name: [str(entry[name]) for entry in lots] for name in names}, schema=dict.fromkeys(names, pl.String)
    )
    numbers = [pl.col(name).cast(pl.Float64) for name in names[1:3]]
    write(frame.with_columns(*numbers), target)
    return len(lots)
