"""Rows held against what stands, and tried by the very services that people's acts pass; nothing of it stays."""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.common.errors import DomainError
from apps.common.incoming import Entry, Incoming, Standing, as_json

from ..exceptions import NotPossible, RowTwice
from ..models import RowState
from .faults import fault
from .rows import Read

PLACE = re.compile(r"^rows\[(\d+)\]\.?(.*)$")
NUMBER = "\ufffc"  # where the number of a row stands in a rule; no text of a file holds it before that
WRITTEN = (RowState.NEW, RowState.CHANGED)


def chosen_states(kind: Incoming) -> tuple[RowState, ...]:
    """States of rows that are loaded or left out by choice: also what goes, where a group is replaced whole."""
    return (*WRITTEN, RowState.MISSING) if kind.whole_words else WRITTEN


@dataclass(slots=True)
class Checked:
    """One row with what it would do.

    Attributes:
        group: by which it is written together with others; None where it cannot be said.
    """

    read: Read
    state: RowState
    standing: Standing | None = None
    group: Hashable = None
    faults: list[dict[str, Any]] = field(default_factory=list)

    @property
    def values(self) -> dict[str, Any]:
        return self.read.values


def check(
    kind: Incoming,
    reads: Sequence[Read],
    mapping: Mapping[str, str],
    *,
    is_confirmed: bool = False,
    tell: Callable[[int], None] = lambda done: None,
) -> list[Checked]:
    """
    Args:
        tell: is told how many rows are done, group by group; may raise to break off.
    """
    rows = [Checked(read, RowState.ERROR if read.faults else RowState.SAME, faults=read.faults) for read in reads]
    sound = [row for row in rows if not row.faults]
    _twice(kind, sound, mapping)
    sound = [row for row in sound if row.state is RowState.SAME]
    kind.numbered([row.values for row in sound])
    standing = kind.standing([row.values for row in sound]) if sound else {}
    for row in sound:
        row.group = kind.group(row.values)
        row.standing = standing.get(kind.key(row.values))
        if kind.leaves(row.values):
            continue
        if row.standing is None:
            row.state = RowState.NEW
            continue
        _as_it_stands(kind, row.values, row.standing)
        if differences(kind, row.values, row.standing):
            row.state = RowState.CHANGED
    wrong = [row for row in rows if row.state is RowState.ERROR]
    missing = kind.missing([row.values for row in sound], standing) if sound else []
    named = _named(kind, sound, wrong) if missing and wrong else set()
    for values, stands in [one for one in missing if kind.key(one[0]) not in named]:
        rows.append(Checked(Read(0, "", dict(values)), RowState.MISSING, stands, kind.group(values)))
    _rehearse(kind, rows, mapping, is_confirmed, tell)
    _hold_back(kind, rows)
    return rows


def _named(kind: Incoming, sound: Sequence[Checked], wrong: Sequence[Checked]) -> set[Hashable]:
    """Keys of what the file names, though a row of it is wrong; of rows whose codes are all there."""
    codes = [one.name for one in kind.fields if one.is_required and one.reads == "text"]
    zeros = {one.name: Decimal(0) for one in kind.fields if one.reads == "number"}
    told = [row for row in wrong if all(row.values.get(name) for name in codes)]
    given = sorted((*sound, *told), key=lambda row: (row.read.sheet, row.read.number))
    copies = [
        {**row.values, **{name: zero for name, zero in zeros.items() if row.values.get(name) is None}} for row in given
    ]
    try:
        kind.numbered(copies)
        return {kind.key(values) for values in copies}
    except (KeyError, TypeError, AttributeError):
        return set()  # of some row it cannot be said


def _as_it_stands(kind: Incoming, values: dict[str, Any], standing: Standing) -> None:
    """A list shows a name in its reader's language: loaded again it is not written over the name in the other one."""
    for one in kind.fields:
        if one.also and values.get(one.name) and values[one.name] == standing.values.get(one.also):
            values[one.name] = standing.values[one.name]


def differences(kind: Incoming, values: Mapping[str, Any], standing: Standing) -> list[str]:
    """Names of the fields of the file that stand otherwise; an empty cell says nothing."""
    return [
        one.name
        for one in kind.fields
        if one.is_compared
        and (value := values.get(one.name)) is not None
        and value != (stands := standing.values.get(one.name))
        and as_json(value) != as_json(stands)
    ]


def _twice(kind: Incoming, rows: Iterable[Checked], mapping: Mapping[str, str]) -> None:
    """The same said twice counts once; different things said of the same are a contradiction, and both are asked."""
    first: dict[Hashable, Checked] = {}
    for row in rows:
        key = kind.same(row.values)
        before = first.setdefault(key, row)
        if before is row:
            continue
        if before.values == row.values:
            row.state = RowState.HELD
            row.faults.append(_held(_of_row(_("The same as row %(row)s: it counts once."), before.read)))
            continue
        for one, other in ((before, row), (row, before)):
            name = next((n for n in one.values if one.values[n] != other.values.get(n)), "")
            rule = _("Row %(row)s says something else of the same: %(value)s.")
            told = _of_row(rule, other.read, value=as_json(other.values.get(name)) or "—")
            error = RowTwice(told["rule"], place=name, value=one.values.get(name))
            if one.state is not RowState.ERROR:
                known = kind.field(name)
                one.faults.append(fault(known, mapping.get(name, ""), as_json(one.values.get(name)), error) | told)
                one.state = RowState.ERROR


def _of_row(rule: str, read: Read, **more: Any) -> dict[str, Any]:
    """A rule that names another row; what stands around its number is kept, as a file that goes back numbers it anew."""
    before, after = (rule % {"row": NUMBER, **more}).split(NUMBER, 1)
    other = {"sheet": read.sheet, "number": read.number, "before": before, "after": after}
    return {"rule": f"{before}{read.number}{after}", "other": other}


def _held(told: dict[str, Any]) -> dict[str, Any]:
    return {"field": "", "column": "", "value": "", "remedy": "", "code": "held", "is_questioned": False, **told}


def writes(kind: Incoming, states: Iterable[str]) -> bool:
    """Whether rows of one group are handed to the kind: one of them differs, or it takes what stands as seen again."""
    return any(state in chosen_states(kind) or (kind.is_confirming and state == RowState.SAME) for state in states)


def groups_of(kind: Incoming, rows: Sequence[Checked]) -> list[list[Checked]]:
    """Rows that are written together, without those that are wrong or not in the file; in the file's order."""
    found: dict[Hashable, list[Checked]] = defaultdict(list)
    for row in rows:
        if row.state in (*WRITTEN, RowState.SAME, RowState.MISSING):
            found[row.group].append(row)
    written = [group for group in found.values() if writes(kind, (row.state for row in group))]
    return [given for group in written if (given := [row for row in group if row.state is not RowState.MISSING])]


def _rehearse(
    kind: Incoming, rows: list[Checked], mapping: Mapping[str, str], is_confirmed: bool, tell: Callable[[int], None]
) -> None:
    """What the services refuse becomes a fault of the row that they name; whatever they did is undone."""
    done = 0
    with transaction.atomic():
        for groups in kind.sets(groups_of(kind, rows)):
            _try(kind, groups, mapping, is_confirmed)
            done += sum(map(len, groups))
            tell(done)
        transaction.set_rollback(True)


def _try(kind: Incoming, groups: list[list[Checked]], mapping: Mapping[str, str], is_confirmed: bool) -> None:
    """One set of groups; those without a refused row are tried again, until nothing is refused or nothing is left."""
    while groups:
        rows = [row for group in groups for row in group]
        try:
            with transaction.atomic():
                kind.write([Entry(row.values, row.standing) for row in rows], is_confirmed=is_confirmed)
        except DomainError as error:
            for one in (error, *error.others):
                _put(kind, rows, mapping, one)
        except (IntegrityError, DataError):
            if len(groups) > 1:
                for group in groups:
                    _try(kind, [group], mapping, is_confirmed)
            else:
                _put(kind, rows, mapping, NotPossible(place="rows[0]"))
            return
        else:
            return
        groups = [group for group in groups if all(row.state is not RowState.ERROR for row in group)]


def _put(kind: Incoming, group: list[Checked], mapping: Mapping[str, str], error: DomainError) -> None:
    found = PLACE.match(error.place)
    index, name = (int(found.group(1)), found.group(2)) if found else (0, error.place)
    row = group[index] if index < len(group) else group[0]
    one = kind.field(name)
    value = row.values.get(name) if one else error.value
    row.faults.append(fault(one, mapping.get(name, ""), as_json(value) if value is not None else error.value, error))
    row.state = RowState.ERROR


def _hold_back(kind: Incoming, rows: list[Checked]) -> None:
    """Of what is written in one act, nothing goes without the row that is wrong.

    Where a group is replaced whole, a wrong row whose group nobody knows may be of any: then nothing goes.
    """
    errors = [row for row in rows if row.state is RowState.ERROR]
    adrift = [row for row in errors if row.group is None]
    sound = (row.values for row in rows if row.group is not None)
    found = kind.groups([(row.values, frozenset(one["field"] for one in row.faults)) for row in adrift], sound)
    for row, group in zip(adrift, found, strict=True):
        row.group = group
    wrong = {row.group: row for row in reversed(errors) if row.group is not None}
    of_any = next((row for row in errors if row.group is None), None) if kind.whole_words else None
    for row in rows:
        one = of_any or wrong.get(row.group)
        if one is not None and writes(kind, [row.state]):
            row.state = RowState.HELD
            row.faults.append(_held(_of_row(_("Row %(row)s belongs to the same and has an error."), one.read)))
