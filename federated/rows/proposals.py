"""Which column of a plant's table is meant by each name of the contract, in which unit, with which codes; never a guess."""

from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Feature
from ..sheets.numbers import GAPS
from .columns import Column
from .units import between, tried
from .words import alike, codes_of, pieces, unit_of

SURE, NAMED, FITS = 0.75, 0.4, 0.99
EXAMPLES, MOST_CODES = 5, 12


@dataclass(frozen=True)
class Proposal:
    """
    Attributes:
        name: of the contract.
        column: how it is found; None where nothing fits.
        is_sure: nothing about it needs to be asked.
        doubts: what a person is asked, a sentence each: code, what it names.
        others: other columns that may be meant, the likeliest first.
        examples: cells of the proposed column, as they stand there.
    """

    name: str
    column: Column | None
    is_sure: bool
    doubts: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass
class Candidate:
    source: str
    score: float
    column: Column
    doubts: list[tuple[str, str]] = field(default_factory=list)


def propose(frame: pl.DataFrame, contract: Contract, known: dict[str, Column] | None = None) -> list[Proposal]:
    """One for each feature, the label and the lot, in the contract's order.

    Args:
        known: what this site has settled before; kept where the table still has the column.
    """
    known = {name: column for name, column in (known or {}).items() if column.source in frame.columns}
    free = [name for name in frame.columns if name not in contract.refused]
    names = [f.name for f in contract.features] + [contract.label] + ([contract.lot] if contract.lot else [])
    features = {feature.name: feature for feature in contract.features}
    tried_out = {
        name: sorted(
            (_candidate(frame[source], name, features.get(name), contract) for source in free),
            key=lambda one: (-one.score, free.index(one.source)),
        )
        for name in names
        if name not in known
    }
    taken = {column.source for column in known.values()}
    chosen: dict[str, Candidate] = {}
    pairs = sorted(((one, name) for name, found in tried_out.items() for one in found), key=lambda pair: -pair[0].score)
    for one, name in pairs:
        if name not in chosen and one.source not in taken and one.score >= NAMED:
            chosen[name] = one
            taken.add(one.source)
    return [
        Proposal(name, known[name], True, examples=examples_of(frame[known[name].source]))
        if name in known
        else _proposal(frame, name, chosen.get(name), tried_out[name], taken)
        for name in names
    ]


def _proposal(frame: pl.DataFrame, name: str, one: Candidate | None, found: list[Candidate], taken: set[str]) -> Proposal:
    others = tuple(other.source for other in found if other is not one and other.source not in taken)[:3]
    if one is None:
        return Proposal(name, None, False, (("none", name),), others)
    doubts = list(one.doubts)
    close = [other for other in found if other is not one and other.score > one.score - 0.1 and other.source not in taken]
    if one.score < SURE and not _is_only(name, one, found):
        doubts.insert(0, ("name", one.source))
    elif close and one.score < 1:
        doubts.insert(0, ("several", ", ".join([one.source, *(other.source for other in close[:2])])))
    return Proposal(name, one.column, not doubts, tuple(doubts), others, examples_of(frame[one.source]))


def _is_only(name: str, one: Candidate, found: list[Candidate]) -> bool:
    """Whether a longer name (사출압력 for pressure) is the table's only one that is about the same, and its values fit."""
    about = pieces(name)
    rivals = [other for other in found if other is not one and about & pieces(other.source)]
    return bool(about) and about <= pieces(one.source) and not rivals and not one.doubts


def with_source(frame: pl.DataFrame, contract: Contract, name: str, source: str) -> Proposal:
    """What a person chose; its unit and codes are still proposed."""
    feature = next((f for f in contract.features if f.name == name), None)
    one = _candidate(frame[source], name, feature, contract)
    return Proposal(name, one.column, not one.doubts, tuple(one.doubts), examples=examples_of(frame[source]))


def examples_of(cells: pl.Series) -> tuple[str, ...]:
    """The first five different cells."""
    found = cells.cast(pl.String).drop_nulls().unique(maintain_order=True).head(EXAMPLES)
    return tuple(found.to_list())


def _candidate(cells: pl.Series, name: str, feature: Feature | None, contract: Contract) -> Candidate:
    source = cells.name
    score = alike(source, name)
    if feature is None and name == contract.label:
        return _label(cells, source, score)
    if feature is None:
        return Candidate(source, score, Column(source))
    if feature.kind == "numeric":
        return _number(cells, source, score, feature)
    return _category(cells, source, score, feature)


def _label(cells: pl.Series, source: str, score: float) -> Candidate:
    different = different_codes(cells)
    if not 1 <= len(different) <= MOST_CODES:
        return Candidate(source, 0.3 * score, Column(source), [("codes", ", ".join(different[:5]))])
    codes = codes_of(different)
    said = max(score, alike(source, "verdict"), alike(source, "defect"))
    if set(different) <= {"0", "1", "0.0", "1.0"}:
        # A 1 may also mean “passed”: only a name that says defect, or the contract's own, leaves no doubt.
        is_plain = score >= 1 or alike(source, "defect") >= NAMED
        return Candidate(source, max(said, 0.3), Column(source), [] if is_plain else [("one", source)])
    if codes:
        return Candidate(source, max(said, 0.6) + 0.3 * (said < SURE), Column(source, codes=codes))
    return Candidate(source, said, Column(source), [("codes", ", ".join(different[:5]))])


def _category(cells: pl.Series, source: str, score: float, feature: Feature) -> Candidate:
    different = different_codes(cells)
    wanted = {name.casefold(): name for name in feature.categories}
    if feature.kind == "boolean":
        yes = {
            "y": "1",
            "yes": "1",
            "예": "1",
            "o": "1",
            "on": "1",
            "n": "0",
            "no": "0",
            "아니오": "0",
            "x": "0",
            "off": "0",
        }
        wanted = {"0": "0", "1": "1", "true": "1", "false": "0", **yes}
    met = [value for value in different if value.casefold() in wanted]
    share = len(met) / len(different) if different else 0.0
    codes = {value: wanted[value.casefold()] for value in met if value != wanted[value.casefold()]}
    doubts = [("categories", ", ".join(value for value in different if value not in met)[:80])] if share < 1 else []
    return Candidate(source, score if score >= 1 else score * (0.4 + 0.6 * share), Column(source, codes=codes), doubts)


def _number(cells: pl.Series, source: str, score: float, feature: Feature) -> Candidate:
    values = numbers_of(cells)
    share = len(values) / max(1, len(cells.drop_nulls()))
    if share < 0.5:
        return Candidate(source, 0.3 * score, Column(source), [("text", source)])
    column, doubts = _unit(values, source, feature)
    return Candidate(source, score if not doubts or score >= 1 else 0.9 * score, column, doubts)


def _unit(values: Array, source: str, feature: Feature) -> tuple[Column, list[tuple[str, str]]]:
    """The factor that the unit in the head says, if the range agrees; else the only one that the range lets pass."""
    own, plain = unit_of(source), Column(source)
    said = between(own, feature.unit) if own and feature.unit else None
    if said is not None:
        column = replace(plain, factor=said[0], offset=said[1])
        return column, [] if _fits(values, *said, feature) else [("range", _range(values, feature))]
    if feature.low is None and feature.high is None:
        return plain, [("unit", f"{own} → {feature.unit}")] if own and feature.unit and own != feature.unit else []
    if _fits(values, 1.0, 0.0, feature):
        return plain, []
    fitting = [one for one in tried(feature.unit) if _fits(values, one[1], one[2], feature)]
    if not fitting:
        return plain, [("range", _range(values, feature))]
    unit, factor, offset = min(fitting, key=lambda one: _off_middle(values, one[1], one[2], feature))
    return replace(plain, factor=factor, offset=offset), [
        ("factor", f"{unit or '?'} → {feature.unit or '?'}: × {factor:.6g}")
    ]


def _fits(values: Array, factor: float, offset: float, feature: Feature) -> bool:
    found = values * factor + offset
    low = -np.inf if feature.low is None else feature.low
    high = np.inf if feature.high is None else feature.high
    return not len(found) or float(((found >= low) & (found <= high)).mean()) >= FITS


def _off_middle(values: Array, factor: float, offset: float, feature: Feature) -> float:
    """How far the values lie from the middle of the agreed range, in halves of it."""
    if feature.low is None or feature.high is None:
        return abs(np.log10(factor))
    return abs(float(np.median(values)) * factor + offset - (feature.low + feature.high) / 2) / (feature.high - feature.low)


def _range(values: Array, feature: Feature) -> str:
    low = "" if feature.low is None else f"{feature.low:g}"
    high = "" if feature.high is None else f"{feature.high:g}"
    return f"{np.quantile(values, 0.01):.4g}–{np.quantile(values, 0.99):.4g}; {low}–{high} {feature.unit}".strip()


def numbers_of(cells: pl.Series) -> Array:
    """(n,) the finite numbers of a column."""
    numbers = cells.cast(pl.Float64, strict=False).drop_nulls().to_numpy()
    return numbers[np.isfinite(numbers)]


def different_codes(cells: pl.Series) -> list[str]:
    """Different texts, gaps left out, up to a few more than a column of codes has."""
    texts = cells.cast(pl.String).str.strip_chars().drop_nulls().unique(maintain_order=True)
    return [text for text in texts.head(MOST_CODES + len(GAPS) + 1).to_list() if text.casefold() not in GAPS]
