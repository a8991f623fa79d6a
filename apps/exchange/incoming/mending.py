"""Wrong cells are written over where they are shown, and the file is checked as if they had stood there."""

from collections.abc import Mapping

from apps.common.characters import clean
from apps.tenancy.scope import atomic

from ..exceptions import TooManyMended, UnknownColumn
from ..models import Import, ImportState
from .services import locked
from .stored import MOST_OF_CELL

MOST = 1000  # cells of a file


@atomic
def mend(*, import_id: int, cells: Mapping[tuple[int, str], str]) -> Import:
    """Write over cells that are wrong: (place of the row, column) → text.

    The file itself stays as it came; the one that goes back has them.

    Raises:
        UnknownImport, WrongImportState. UnknownColumn: no cell of that row is wrong there. TooManyMended.
    """
    made = locked(import_id, ImportState.CHECKED)
    rows = {row.place: row for row in made.rows.filter(place__in={place for place, _column in cells})}
    known = {(sheet, number, column): text for sheet, number, column, text in made.mended}
    for (place, column), text in cells.items():
        faults = rows[place].faults if place in rows else []
        wrong = next((one for one in faults if one["column"] == column and "cell" in one), None)
        if wrong is None:
            raise UnknownColumn(place=str(place), value=column)
        if text.split() != wrong["cell"].split():
            told = clean(" ".join(text.split())[:MOST_OF_CELL], "name", column)
            known[rows[place].sheet, rows[place].number, column] = told
    if len(known) > MOST:
        raise TooManyMended(place="cells", value=len(known))
    made.mended, made.is_confirmed = [[*cell, text] for cell, text in known.items()], False
    made.save(update_fields=["mended", "is_confirmed"])
    return made
