"""From the bytes of a file to its tables, and to what is kept of them for the page."""

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from federated.sheets.errors import Note, Place, SheetError
from federated.sheets.limits import MEGABYTE, Limits
from federated.sheets.read import Book, alike, read_book
from federated.sheets.table import Table

from ..exceptions import UnreadableFile
from .records import flat as records_of
from .words import plain

MOST_TABLES, MOST_HEADS, MOST_NOTES = 20, 300, 40
EXAMPLE = 80  # characters
MADE = _("Dure: errors")  # a column that we write ourselves into files that go back


def language() -> Any:
    return "ko" if (translation.get_language() or "").startswith("ko") else "en"


def limits() -> Limits:
    """What a web process and its worker take: less than a machine of a plant would write."""
    return Limits(
        file_bytes=settings.IMPORT_MOST_BYTES,
        unpacked_bytes=20 * settings.IMPORT_MOST_BYTES,
        rows=settings.IMPORT_MOST_ROWS,
        cells=5_000_000,
        held_bytes=100_000_000,
        strings=500_000,
    )


def read(content: bytes, name: str) -> tuple[Book, list[Table]]:
    """The tables of a file, the largest first; each stands for all of the file with the same heads.

    Raises:
        UnreadableFile: told in the reader's language, with the place.
    """
    records = records_of(content) if len(content) <= limits().file_bytes else None
    try:
        book = read_book(records or content, name, limits())
        tables = book.tables()
    except SheetError as error:
        raise UnreadableFile(
            error.told(language()), place=error.where.told(language()) or "file", value=_short(error.value), remedy=" "
        ) from error
    if records:
        book.notes.append(Note("records", Place(name)))
    return book, tables


def check_size(size: int, name: str) -> None:
    """Before a file is held in memory.

    Raises:
        UnreadableFile: longer than is taken.
    """
    if size > (most := limits().file_bytes):
        error = SheetError("too_large", Place(name[-200:]), most=most // MEGABYTE)
        raise UnreadableFile(error.told(language()), place="file", value=size, remedy=" ")


def _short(value: object) -> str | None:
    return None if value is None else str(value)[:EXAMPLE]


def distinct(tables: list[Table]) -> list[Table]:
    """One of each kind of heads: those alike are read together."""
    found: list[Table] = []
    for table in tables:
        if not any(set(table.names) == set(other.names) for other in found):
            found.append(table)
    return found[:MOST_TABLES]


def together(tables: list[Table], place: int) -> list[Table]:
    """The chosen table and all of the file with the same heads, in the file's order."""
    chosen = distinct(tables)[place]
    return alike([chosen, *(table for table in tables if table is not chosen)])


def _kept(text: str) -> str:
    """Without what no database keeps: a null, and halves of characters."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def kept_of(book: Book, tables: list[Table]) -> list[dict[str, Any]]:
    """What the page shows of each table without reading the file again."""
    found = []
    for table in distinct(tables):
        same = [other for other in tables if set(other.names) == set(table.names)]
        profiles = table.profiles[:MOST_HEADS]
        found.append(
            {
                "sheet": _kept(table.sheet.name.strip()),
                "sheets": len(same),
                "rows": sum(map(len, same)),
                "head_rows": table.head_rows,
                "titles": [_kept(title[:200]) for title in table.titles[:5]],
                "heads": [
                    {
                        "name": _kept(head.name[:200]),
                        "letters": head.letters,
                        "kind": profile.kind,
                        "filled": profile.filled,
                        "examples": [_kept(example[:EXAMPLE]) for example in profile.examples],
                        "period": head.period[0].isoformat() if head.period else "",
                        "is_total": head.is_total,
                        "open": profile.numbers.open[:EXAMPLE],
                        "assumed": next((sort for other in same if (sort := other.assumed(head.name))), ""),
                    }
                    for head, profile in zip(table.heads[:MOST_HEADS], profiles, strict=True)
                ],
                "notes": [_noted(note) for note in [*book.notes, *table.notes][:MOST_NOTES]],
            }
        )
    return found


def _noted(note: Note) -> dict[str, Any]:
    """A note by its code and what it names: it is told in the language of whoever reads it."""
    where, count = {name: value for name, value in vars(note.where).items() if value not in ("", None)}, note.count
    texts = {"value": note.value, **where}
    kept = {name: _kept(text) if isinstance(text, str) else text for name, text in texts.items()}
    return {"code": note.code, "count": count, **kept}


def notes_of(table: Mapping[str, Any]) -> list[str]:
    """What the reader noticed of a table, in the reader's language; as it stands where it was kept in words."""
    return [note if isinstance(note, str) else _told(note) for note in table["notes"]]


def _told(note: Mapping[str, Any]) -> str:
    where = Place(note.get("file", ""), note.get("sheet", ""), note.get("row"), note.get("column", ""))
    return Note(note["code"], where, note["value"], note["count"]).told(language())


@cache
def _made() -> frozenset[str]:
    found = set()
    for told in ("en", "ko"):
        with translation.override(told):
            found.add(plain(str(MADE)))
    return frozenset(found)


def is_made(name: str) -> bool:
    """Whether a head is of the column that we write ourselves into files that go back, in either language."""
    return plain(name) in _made()


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def signature_of(heads: list[dict[str, Any]]) -> str:
    """Of a file's heads in any order; days and weeks among them, which are others every time, are left out, and
    so is what we wrote ourselves into a file that went back."""
    told = [head for head in heads if not head["period"] and not head["is_total"] and not is_made(head["name"])]
    names = sorted(plain(head["name"]) for head in told)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
