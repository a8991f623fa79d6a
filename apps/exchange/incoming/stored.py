"""The bytes of files that came in, as long as they are kept, and their tables as people have mended them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone

from federated.sheets.profile import text_of
from federated.sheets.table import Table

from ..exceptions import FileGone
from ..models import Import, RowState
from .checking import Checked
from .reading import read, together

KEPT_FOR = timedelta(days=30)  # of the bytes; rows and figures stay
MOST_OF_CELL = 500  # characters of one that is mended here


def tables_of(made: Import) -> list[Table]:
    """The chosen table and those alike, with what people wrote over their cells.

    Raises:
        UnreadableFile, FileGone.
    """
    _book, tables = read(content_of(made), made.file_name)
    found = together(tables, made.table)
    for sheet, number, column, text in made.mended:
        for table in found:
            if table.sheet.name.strip()[:200] == sheet and column in table.names:
                table.mended.setdefault(number, {})[column] = text
    return found


def say_cells(tables: Iterable[Table], rows: Iterable[Checked]) -> None:
    """To each fault of a row what stands in its cell, so that it can be written over where it is shown; longer ones are
    mended in the file."""
    wrong: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row.state is RowState.ERROR:
            wrong[row.read.sheet, row.read.number] += row.faults
    for table in tables:
        places = {name: table.place(name) for name in table.names}
        for line in table.rows():
            for told in wrong.get((table.sheet.name.strip(), line.number), ()):
                place = places.get(told["column"])
                if place is not None and len(text := text_of(line.cells[place])) <= MOST_OF_CELL:
                    told["cell"] = text


def content_of(made: Import) -> bytes:
    """
    Raises:
        FileGone: cancelled, or older than files are kept.
    """
    try:
        with default_storage.open(made.place) as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise FileGone(place="file", value=made.file_name) from error


def forget_files() -> int:
    """Bytes of files that came longer ago than `KEPT_FOR`; how many. A system job; safe to repeat."""
    gone = 0
    last = timezone.now() - KEPT_FOR
    for made in Import.objects.filter(created_at__lt=last, created_at__gte=last - KEPT_FOR).only("pk"):
        gone += default_storage.exists(made.place)
        default_storage.delete(made.place)
    return gone
