"""`dure-factory map`: which of the plant's columns is meant by each name of the contract; what is unsure is asked."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NoReturn

import polars as pl

from ..agreed.contracts import Contract
from ..agreed.errors import FederatedError
from ..rows.check import check_rows
from ..rows.columns import Column, Reading
from ..rows.proposals import Proposal, different_codes, examples_of, propose, with_source
from ..rows.read import read_tables
from ..rows.units import between
from .home import Home, Settings
from .speech import SPEECH, say
from .tables import read_table

SHOWN = 10
LEAVE = "-"
SETTLED_BY_UNIT = ("name", "several", "unit", "factor", "range")  # whoever says the unit of a column means that column
QUESTIONS = (
    "Codes of good parts, with commas: ",
    "Codes of defects: ",
    "Codes of parts not inspected yet, which are left out (empty: none): ",
)

Ask = Callable[[str], str]

DOUBTS = {
    "none": "No column of the table is alike.",
    "name": "Is “{what}” meant?",
    "several": "Several columns may be meant: {what}.",
    "codes": "What do its codes mean: {what}?",
    "one": "Does 1 mean a defect in “{what}”?",
    "categories": "The contract does not list: {what}. These count as unknown.",
    "text": "“{what}” holds text, and the contract asks for numbers.",
    "unit": "No conversion is known for the unit: {what}.",
    "range": "Its values are outside of what the contract allows (own; agreed): {what}.",
    "factor": "Its values fit the agreed range only when converted: {what}.",
}


@dataclass(frozen=True)
class Said:
    """What was written on the command line: contract name → own column, unit or factor; codes of the label."""

    columns: dict[str, str]
    units: dict[str, str]
    factors: dict[str, str]
    good: str
    defect: str
    open: str


def map_columns(home: Home, contract: Contract, arguments: argparse.Namespace, ask: Ask = input) -> int:
    """Propose, ask what is unsure unless `--yes`, show ten rows as they will be read, write the settings.

    Returns:
        0 where all is mapped and written; 1 where something is left open, and then nothing is written.
    """
    settings = _with_reading(home.settings(), arguments)
    frame = _table(home, settings)
    settled, open_names = settle(frame, contract, {} if arguments.afresh else settings.columns, arguments, ask)
    if open_names:
        print(say("Left open: {names}. Nothing was written.", names=", ".join(open_names)), file=sys.stderr)
        print(
            say("Say it: --column NAME=YOURS, --unit NAME=psi, --good OK --defect NG; or run it without --yes."),
            file=sys.stderr,
        )
        return 1
    show_rows(frame, contract, settled)
    if not arguments.yes and not _is_yes(ask(say("Write this into the settings? Type yes: "))):
        print(say("Nothing was written."))
        return 1
    home.write_settings(replace(settings, columns={**settings.columns, **settled}))
    print(say("{count} columns are mapped: {file}", count=len(settled), file=home.settings_file))
    print(say("Next: dure-factory check"))
    return 0


def settle(
    frame: pl.DataFrame, contract: Contract, known: dict[str, Column], arguments: argparse.Namespace, ask: Ask
) -> tuple[dict[str, Column], list[str]]:
    """What is meant by each name, and the names that are left open. What is unsure is asked, unless `--yes`.

    Args:
        known: what was settled before.
    """
    said = Said(
        _pairs(arguments.column),
        _pairs(arguments.unit),
        _pairs(arguments.factor),
        arguments.good,
        arguments.defect,
        arguments.open,
    )
    proposals = propose(frame, contract, {name: column for name, column in known.items() if name not in said.columns})
    settled: dict[str, Column] = {}
    open_names: list[str] = []
    for proposal in proposals:
        found = _apply(frame, contract, proposal, said)
        _show(found)
        if not found.is_sure and not arguments.yes:
            found = _asked(frame, contract, found, ask)
        if found.is_sure and found.column is not None:
            settled[found.name] = found.column
        else:
            open_names.append(found.name)
    return settled, open_names


def _with_reading(settings: Settings, arguments: argparse.Namespace) -> Settings:
    return replace(settings, reading=reading_of(settings.reading, arguments))


def reading_of(reading: Reading, arguments: argparse.Namespace) -> Reading:
    """With what the command line says of the files."""
    words = ("encoding", "delimiter", "decimal", "sheet")
    given = {word: value for word in words if (value := getattr(arguments, word)) is not None}
    return replace(reading, **given)


def _table(home: Home, settings: Settings) -> pl.DataFrame:
    if settings.query:
        return read_table(home)
    frame, notes = read_tables(home.folder / settings.rows, settings.reading)
    for note in notes:
        print(say("note: {text}", text=note.told(SPEECH.language)))
    return frame


def _pairs(given: list[str]) -> dict[str, str]:
    found = {}
    for pair in given:
        name, sign, value = pair.rpartition("=")
        if not sign or not name:
            _refuse(say("It is written NAME=VALUE."), pair)
        found[name.strip()] = value.strip()
    return found


def _refuse(rule: str, value: str) -> NoReturn:
    raise FederatedError(rule, place="map", value=value, remedy=say("See dure-factory map --help."))


def _apply(frame: pl.DataFrame, contract: Contract, proposal: Proposal, said: Said) -> Proposal:
    """The proposal with what the command line says of it."""
    name = proposal.name
    if name in said.columns:
        source = said.columns[name]
        if source not in frame.columns:
            _refuse(say("The table has that column."), source)
        proposal = with_source(frame, contract, name, source)
    column, doubts = proposal.column, list(proposal.doubts)
    if column is None:
        return proposal
    if name in said.units:
        wanted = next((f.unit for f in contract.features if f.name == name), "")
        if (found := between(said.units[name], wanted)) is None:
            _refuse(
                say("A conversion is known between the units: {own} → {wanted}.", own=said.units[name], wanted=wanted), name
            )
        column = replace(column, factor=found[0], offset=found[1])
        doubts = [doubt for doubt in doubts if doubt[0] not in SETTLED_BY_UNIT]
    if name in said.factors:
        column = replace(column, factor=_number(said.factors[name]))
        doubts = [doubt for doubt in doubts if doubt[0] not in SETTLED_BY_UNIT]
    if name == contract.label and (said.good or said.defect):
        column = replace(column, codes=_codes(said))
        doubts = [doubt for doubt in doubts if doubt[0] not in ("codes", "one")]
    return replace(proposal, column=column, doubts=tuple(doubts), is_sure=not doubts)


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not found:
        _refuse(say("A factor is a number other than 0."), text)
    return found


def _codes(said: Said) -> dict[str, str]:
    given = ((said.good, "0"), (said.defect, "1"), (said.open, ""))
    return {code.strip(): meaning for codes, meaning in given for code in codes.split(",") if code.strip()}


def _show(proposal: Proposal) -> None:
    column = proposal.column
    if column is None:
        print(f"? {proposal.name}")
    else:
        unit = "" if (column.factor, column.offset) == (1.0, 0.0) else f" × {column.factor:.6g} + {column.offset:.6g}"
        codes = (
            f" {' '.join(f'{code}={meaning or LEAVE}' for code, meaning in column.codes.items())}" if column.codes else ""
        )
        print(f"{'✓' if proposal.is_sure else '?'} {proposal.name} ← {column.source}{unit}{codes}")
    for code, what in proposal.doubts:
        print(f"    {say(DOUBTS[code], what=what)}")
    if proposal.doubts and proposal.examples:
        print(f"    {say('for example: {cells}', cells=' | '.join(proposal.examples))}")


def _asked(frame: pl.DataFrame, contract: Contract, proposal: Proposal, ask: Ask) -> Proposal:
    """What a person says of it: another column, codes of the label, or yes."""
    if proposal.column is None or proposal.doubts[0][0] in ("name", "several", "text"):
        proposal = _asked_column(frame, contract, proposal, ask)
    if proposal.column is None:
        return proposal
    codes = [doubt for doubt in proposal.doubts if doubt[0] == "codes"]
    if codes and proposal.name == contract.label:
        answers = [ask(say(question)) for question in QUESTIONS]
        named = _codes(Said({}, {}, {}, *answers))
        is_sure = set(different_codes(frame[proposal.column.source])) <= set(named) and {"0", "1"} <= set(named.values())
        return replace(proposal, column=replace(proposal.column, codes=named), is_sure=is_sure, doubts=())
    if proposal.doubts:
        is_sure = _is_yes(ask(say("Take it as it is? Type yes: ")))
        return replace(proposal, is_sure=is_sure)
    return replace(proposal, is_sure=True)


def _asked_column(frame: pl.DataFrame, contract: Contract, proposal: Proposal, ask: Ask) -> Proposal:
    first = [proposal.column.source] if proposal.column else []
    offered = [*first, *(other for other in proposal.others if other not in first)]
    for number, source in enumerate(offered, start=1):
        print(f"    {number}. {source}: {' | '.join(examples_of(frame[source]))}")
    answer = ask(say("Number or name of the column for “{name}” (empty: leave it open): ", name=proposal.name)).strip()
    source = offered[int(answer) - 1] if answer.isdecimal() and 0 < int(answer) <= len(offered) else answer
    if source not in frame.columns:
        return replace(proposal, column=None, is_sure=False)
    chosen = with_source(frame, contract, proposal.name, source)
    _show(chosen)
    return chosen


def _is_yes(answer: str) -> bool:
    return answer.strip().lower() in ("yes", "y", "예", "네")


def show_rows(frame: pl.DataFrame, contract: Contract, columns: dict[str, Column]) -> None:
    """Ten rows as the run will read them; on this screen only."""
    few = frame.head(SHOWN)
    loose = contract.model_copy(
        update={
            "features": tuple(
                f.model_copy(update={"low": None, "high": None, "missing": "median"}) for f in contract.features
            )
        }
    )
    try:
        rows = check_rows(few, loose, columns).rows
    except FederatedError as error:
        print(say("These rows cannot be read yet: {text}", text=error.rule))
        return
    print(say("As they will be read:"))
    numbers = [[f"{value:.6g}" for value in column] for column in rows.numeric.T]
    codes = [
        [_name(feature, code) for code in column]
        for feature, column in zip(contract.categorical, rows.categorical.T, strict=True)
    ]
    heads = [f"{f.name} [{f.unit}]" if f.unit else f.name for f in (*contract.numeric, *contract.categorical)]
    table = [*zip(heads, [*numbers, *codes], strict=True), (contract.label, [str(label) for label in rows.labels])]
    for head, cells in table:
        print(f"  {head}: {' | '.join(cells)}")


def _name(feature: object, code: int) -> str:
    names = getattr(feature, "categories", ()) or ("0", "1")
    return names[code] if 0 <= code < len(names) else "?"
