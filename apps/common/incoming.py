"""A kind of rows that comes in by a table: what a room says of it, so that any file can be held against what stands.

The room names fields, finds what stands under the keys of rows, and writes rows by the very services of people's acts.
Reading files, mapping columns, the diff, choosing, and undo are `apps/exchange`.
"""

import re
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, Literal

from django.utils.translation import get_language

from .errors import DomainError

Reads = Literal["text", "number", "date"]
Values = Mapping[str, Any]
LIST = ", "  # between several choices of one cell
HANGUL = re.compile("[가-힣]")
PLACE = re.compile(r"^(?:rows|lines|items|schedule_lines)\[(\d+)\]\.?(.*)$")


def words(text: str) -> tuple[str, ...]:
    """Names of a column, parted by blanks."""
    return tuple(text.split())


@dataclass(frozen=True)
class Field:
    """One column that a kind takes.

    Attributes:
        reads: how its cells are read.
        of: "unit", "part", "partner", "site" or "customer": its words are looked up, asked once, and remembered.
        words: what the heads of such columns are called, in any language; written small, without blanks and signs.
        text: by which rule of characters it is written.
        choices: value → words that stand for it; any other word is wrong.
        several: a cell may name several of the choices, parted by commas; its value is them in their order.
        default: what is meant where no column gives it and nothing stands yet.
        least, is_above, places: of a number: its lower bound, whether it must be above that, digits after the point.
        or_else: another field whose cell says it where no column does: a part is known by its name, too.
        also: another field that a list shows in its place, in the reader's language: what stands there is no other value.
        is_compared: a difference makes a row changed; else it only finds the row or tells of it.
    """

    name: str
    label: Any
    reads: Reads = "text"
    words: tuple[str, ...] = ()
    is_required: bool = False
    of: str = ""
    text: Literal["code", "name", "note"] = "name"
    choices: Mapping[Any, tuple[str, ...]] = field(default_factory=dict, hash=False)
    several: bool = False
    default: Any = None
    least: int | None = 0
    is_above: bool = False
    places: int = 6
    or_else: str = ""
    also: str = ""
    is_compared: bool = True
    max_length: int = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands under a key.

    Attributes:
        version: differs as soon as somebody acted on it: by it an undo is refused.
    """

    id: int
    values: Values
    version: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row to be written: all that is known of it, and what stands there now."""

    values: Values
    standing: Standing | None = None


class Incoming:
    """
    Attributes:
        name: in addresses and remembered layouts.
        act: what a role must include to load it.
        is_for_buyers: offered to firms that buy from somebody.
        is_wide: heads that are days, weeks or months may hold quantities: each of their cells is a row of its own.
        undo_words: why a load of it cannot be taken back; "" where it can.
        is_confirming: a row that says what stands is written too: it says that somebody looked.
        whole_words: that what stands and is not in the file goes, where a group is replaced whole; "" where it stays. Then
            such a row is chosen and left out like one that is new, with its group.
        at_once: rows that one call of `write` or `take_back` takes, of as many groups as they are; 0: a group a call.
        makes: of what words may name, what a file may bring along, “site” or “part”: offered, and made with a person's yes.
        waiting_words: that `every` is what waits to be done, and is done by loading it; "" where it is what stands.
        is_locked_whole: `lock` holds all that stands at once, whatever of it is named, and is given nothing.
        history: label of the model whose keys are those of what stands, where its history tells who acted; "" where none is.
        url_name, url_query: the list in which its rows stand once they are loaded, and which view of it.
        loaded_words: what is still to be done with what was loaded; "" where nothing is.
        gives_way: fields of which one value for all rows gives way to what stands: such a row names them in `by_constant`.
        next_act: name of the act on many rows of that list by which it is done.
    """

    name: ClassVar[str]
    label: ClassVar[Any]
    act: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]
    is_for_buyers: ClassVar[bool] = False
    is_wide: ClassVar[bool] = False
    undo_words: ClassVar[Any] = ""
    is_confirming: ClassVar[bool] = False
    whole_words: ClassVar[Any] = ""
    at_once: ClassVar[int] = 0
    makes: ClassVar[tuple[str, ...]] = ()
    waiting_words: ClassVar[Any] = ""
    is_locked_whole: ClassVar[bool] = False
    history: ClassVar[str] = ""
    url_name: ClassVar[str] = ""
    url_query: ClassVar[str] = ""
    loaded_words: ClassVar[Any] = ""
    next_act: ClassVar[str] = ""
    gives_way: ClassVar[tuple[str, ...]] = ()

    def key(self, values: Values) -> Hashable:
        """By which a row is found again."""
        raise NotImplementedError

    def group(self, values: Values) -> Hashable:
        """Rows with one group are written in one act: the lines of an order."""
        return self.key(values)

    def groups(self, rows: Sequence[tuple[Values, frozenset[str]]], sound: Iterable[Values]) -> list[Hashable]:
        """The groups of rows that are wrong, each with the fields that are; None where it cannot be said of one.

        Args:
            sound: the other rows of the file.
        """
        return [self._group_of(values) for values, _wrong in rows]

    def _group_of(self, values: Values) -> Hashable:
        try:
            return self.group(values)
        except (KeyError, TypeError, AttributeError):
            return None

    def same(self, values: Values) -> Hashable:
        """By which two rows of one file say the same thing; before they are numbered."""
        return self.key(values)

    def leaves(self, values: Values) -> bool:
        """Whether a row, as `numbered` left it, says of what waits that it goes on waiting: nothing is done with it."""
        return False

    def numbered(self, rows: Iterable[dict[str, Any]]) -> None:
        """Add to the rows of a file what their keys need beyond the columns; in the file's order."""

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        """What stands under the keys of rows; a constant number of statements."""
        raise NotImplementedError

    def lock(self, standing: Sequence[Standing]) -> None:
        """Hold what stands until the transaction is over, in the order in which the kind's services lock."""

    def missing(self, rows: Sequence[Values], standing: Mapping[Hashable, Standing]) -> list[tuple[Values, Standing]]:
        """What stands beside them and is in none of the rows; told, never touched.

        Args:
            standing: what `standing` gave of the same rows.
        """
        return []

    def every(self, most: int | None = None) -> Iterable[Values]:
        """All that stands, or the first of it, as a file of this kind says it: loaded again it changes nothing, unless
        `waiting_words`."""
        raise NotImplementedError

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> Mapping[int, str] | None:
        """Write the rows of one group, or of several where `at_once`.

        Returns:
            The versions that `standing` would now give, by the places of entries, where they are known without reading.

        Raises:
            DomainError: whose place is rows[n] or rows[n].field.
        """
        raise NotImplementedError

    def take_back(self, entries: Sequence[tuple[Values | None, Standing]]) -> None:
        """Bring the rows of one group, or of several where `at_once`, back to what stood before; None where nothing did.

        Where a group is replaced whole, what went with it comes back: its Standing has the id 0.
        """
        raise NotImplementedError

    def is_own(self, one: Field, examples: Sequence[str]) -> bool:
        """Whether a column called so may be meant, by a few of its cells; else it is asked for, and not taken by itself."""
        return True

    def needed(self, rows: Sequence[Values]) -> Collection[str]:
        """Fields that are required of no file, and yet must be said for these rows at this firm, or none of them can go; of
        no rows those that may have to be."""
        return ()

    def excused(self, values: Values) -> Collection[str]:
        """Required fields that a row may leave empty, because of what else it says."""
        return ()

    def needs(self, values: Values) -> tuple[str, str] | None:
        """(supplier, part) that must be agreed before the row is written, where the kind `makes` parts."""
        return None

    def left_to_do(self, rows: Sequence[Values]) -> list[int]:
        """Keys in the list of what `next_act` is still to be done with, of rows that were loaded: one row a group."""
        return []

    def written(self) -> None:
        """What follows once, when all groups are written or brought back."""

    def sets(self, groups: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
        """Groups that go to the services by one call."""
        found: list[list[Any]] = []
        count = 0
        for group in groups:
            if found and count + len(group) > self.at_once:
                yield found
                found, count = [], 0
            found.append(group)
            count += len(group)
        if found:
            yield found

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Its fields by their names."""
        return {one.name: one for one in self.fields}

    def field(self, name: str) -> Field | None:
        return self.by_name.get(name)


@contextmanager
def places(rows: Sequence[int], names: Mapping[str, str] | None = None) -> Iterator[None]:
    """A service's error of lines[n].quantity is one of the row behind that line; `names` are its fields → the kind's."""
    try:
        yield
    except DomainError as error:
        for one in (error, *error.others):
            one.place = _place(one.place, rows, names or {})
        raise


def _place(place: str, rows: Sequence[int], names: Mapping[str, str]) -> str:
    found = PLACE.match(place)
    name = found.group(2) if found else place
    name = names.get(name, name)
    row = rows[int(found.group(1))] if found and int(found.group(1)) < len(rows) else rows[0]
    return f"rows[{row}].{name}" if name else f"rows[{row}]"


def choice_words(one: Field, value: Any) -> str:
    """A choice as a file says it; several parted by commas."""
    values = value.split(LIST) if one.several else [value]
    return LIST.join(choice_name(one, each) for each in values)


def choice_name(one: Field, value: Any) -> str:
    """One choice in the reader's language: of its words, which stand for it in any file, the first in that script."""
    is_korean = (get_language() or "").startswith("ko")
    names = one.choices.get(value) or (str(value),)
    name = next((name for name in names if (HANGUL.search(name) is not None) == is_korean), names[0])
    return name if is_korean else name[:1].upper() + name[1:]


def as_json(value: Any) -> Any:
    """A value as it is kept with an import."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date | datetime) else value


def from_json(field: Field | None, value: Any) -> Any:
    """A value as services take it, from what `as_json` made."""
    if value is None or field is None or not isinstance(value, str):
        return value
    if field.reads == "number":
        return Decimal(value)
    return date.fromisoformat(value[:10]) if field.reads == "date" else value
