"""Rows against the data contract. Messages name columns, counts and row numbers, never a cell."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Feature
from ..agreed.errors import InvalidRows
from .columns import Column
from .suspicions import odd_columns
from .table import Rows

OUT_OF_RANGE_SHARE = 0.01
OPEN = -2  # the label of a row that nobody has inspected yet


@dataclass(frozen=True)
class Checked:
    """
    Attributes:
        warnings: what a person should look at and may accept.
    """

    rows: Rows
    warnings: list[str]


def check_rows(
    frame: pl.DataFrame, contract: Contract, columns: Mapping[str, Column] | None = None, *, labelled: bool = True
) -> Checked:
    """Arrays in the contract's units.

    Args:
        columns: the site's column map; a name that is not in it stands in the table under the contract's own name.
        labelled: False for rows to be scored.

    Raises:
        InvalidRows: every broken rule at once, one a line.
    """
    columns = columns or {}
    problems: list[str] = []
    warnings: list[str] = []

    def column(name: str) -> Column:
        return columns.get(name, Column(name))

    needed = (
        [f.name for f in contract.features]
        + ([contract.label] if labelled else [])
        + ([contract.lot] if contract.lot else [])
    )
    missing = [name for name in needed if column(name).source not in frame.columns]
    if missing:
        raise InvalidRows(
            "The table has a column for every name in the contract.",
            place=", ".join(column(name).source for name in missing),
            value=f"{len(missing)} missing; the table has {', '.join(frame.columns[:12])}",
            remedy='Export the column, or run `dure-factory map`, which writes [columns] "contract name" = "your name".',
            code="missing_column",
        )
    sources = {column(f.name).source for f in contract.features}
    if leaks := sorted(sources & set(contract.refused)):
        raise InvalidRows(
            "A column that is part of the label cannot be a feature.",
            place=leaks[0],
            remedy="Map the feature to the column that is measured before the label is known.",
            code="leak_column",
        )
    numeric = [_numbers(frame[column(f.name).source], column(f.name), f, problems) for f in contract.numeric]
    coded = [_codes(_renamed(frame[column(f.name).source], column(f.name)), f, warnings) for f in contract.categorical]
    labels = np.full(len(frame), -1, dtype=np.int8)
    if labelled:
        labels = _labels(_renamed(frame[column(contract.label).source], column(contract.label)), problems)
    if problems:
        raise InvalidRows("\n".join(problems), place="rows", code="invalid_rows")
    lots = frame[column(contract.lot).source].cast(pl.String).to_numpy() if contract.lot else None
    rows = Rows(
        numeric=np.stack(numeric, axis=1) if numeric else np.empty((len(frame), 0)),
        categorical=np.stack(coded, axis=1) if coded else np.empty((len(frame), 0), dtype=np.int64),
        labels=labels,
        lots=lots,
    )
    if labelled and (open_ones := labels == OPEN).any():
        warnings.append(
            f"Column {column(contract.label).source}: {_where(open_ones)} are not inspected yet; they are left out."
        )
        rows = rows.take(~open_ones)
    return Checked(rows, warnings + odd_columns(contract, rows, labelled))


def _numbers(cells: pl.Series, column: Column, feature: Feature, problems: list[str]) -> Array:
    text = cells.dtype == pl.String
    filled = cells.str.strip_chars().replace("", None) if text else cells
    numbers = filled.cast(pl.Float64, strict=False)
    wrong = (filled.is_not_null() & numbers.is_null()).to_numpy()
    if wrong.any():
        problems.append(
            f"Column {column.source}: numbers only. {_where(wrong)} hold text. "
            "Remedy: export numbers with a decimal point, empty for gaps."
        )
    values = numbers.fill_null(np.nan).to_numpy().astype(np.float64) * column.factor + column.offset
    infinite = np.isinf(values)
    if infinite.any():
        problems.append(
            f"Column {column.source}: finite numbers only. {_where(infinite)} are infinite. Remedy: export a gap instead."
        )
    gaps = np.isnan(values) & ~wrong
    if feature.missing == "refuse" and gaps.any():
        problems.append(
            f"Column {column.source}: no gaps allowed by the contract. {_where(gaps)} are empty. "
            "Remedy: fill or leave these rows out."
        )
    low = -np.inf if feature.low is None else feature.low
    high = np.inf if feature.high is None else feature.high
    outside = (values < low) | (values > high)
    if outside.sum() > OUT_OF_RANGE_SHARE * max(1, len(values)):
        top = f"{high:g} {feature.unit}" if feature.unit else f"{high:g}"
        problems.append(
            f"Column {column.source}: at most 1 % outside {low:g} to {top}. {_where(outside)} are outside. "
            "Remedy: check the sensor and the unit; convert it in the settings with factor and offset."
        )
    return np.where(infinite, np.nan, np.clip(values, low, high))


def _codes(cells: pl.Series, feature: Feature, warnings: list[str]) -> Array:
    names = feature.categories if feature.kind == "categorical" else ("0", "1")
    text = cells.cast(pl.String).str.strip_chars()
    if feature.kind == "boolean":
        text = text.str.to_lowercase().replace({"false": "0", "true": "1", "0.0": "0", "1.0": "1"})
    place = {name: number for number, name in enumerate(names)}
    found = np.array([place.get(value, -1) for value in text.to_list()], dtype=np.int64)
    unknown = (found < 0) & text.is_not_null().to_numpy()
    if unknown.any():
        warnings.append(
            f"Column {feature.name}: {_where(unknown)} hold a value that the contract does not list; they count as unknown."
        )
    return found


def _renamed(cells: pl.Series, column: Column) -> pl.Series:
    """The site's codes as the contract calls them, whatever their capitals."""
    if not column.codes:
        return cells
    names = {code.strip().casefold(): name for code, name in column.codes.items()}
    texts = [None if cell is None else str(cell).strip() for cell in cells.to_list()]
    return pl.Series(cells.name, [names.get(text.casefold(), text) if text else None for text in texts], dtype=pl.String)


def _labels(cells: pl.Series, problems: list[str]) -> Array:
    numbers = cells.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
    text = cells.cast(pl.String).str.strip_chars()
    is_open = (text.is_null() | (text == "")).to_numpy()
    wrong = ~np.isin(numbers, (0.0, 1.0)) & ~is_open
    if wrong.any():
        problems.append(
            f"Column {cells.name}: the label is 0 (good) or 1 (defect). {_where(wrong)} are neither. "
            "Remedy: run `dure-factory map`, which asks what each of your codes means."
        )
    return np.where(is_open, OPEN, np.where(wrong, -1, np.nan_to_num(numbers))).astype(np.int8)


def _where(wrong: Array) -> str:
    places = np.flatnonzero(wrong)
    first = ", ".join(str(place + 1) for place in places[:5])
    return f"{len(places)} row{'s' if len(places) > 1 else ''} (number {first}{', …' if len(places) > 5 else ''})"
