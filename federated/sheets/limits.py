"""How much of a file is read: what a table of people's work never reaches, and a hostile one must not pass."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """
    Attributes:
        file_bytes: of the file as it lies there.
        unpacked_bytes: of all that is unpacked from a workbook.
        ratio: unpacked to packed bytes of one part, counted from `ratio_from` bytes on.
        rows, columns: of one sheet, titles and empty rows between counted; `cells` of the whole file.
        cell_chars: of one cell.
        held_bytes: of all rows, as they are kept.
        strings: texts that a workbook keeps in one place for all its sheets; `string_chars` of them together.
        silence: bytes of a document in which nothing begins or ends.
        sheets: of a workbook.
    """

    file_bytes: int = 200 * MEGABYTE
    unpacked_bytes: int = 1_000 * MEGABYTE
    ratio: int = 250
    ratio_from: int = 10 * MEGABYTE
    rows: int = 200_000
    columns: int = 2_000
    cells: int = 20_000_000
    cell_chars: int = 32_767
    held_bytes: int = 400 * MEGABYTE
    strings: int = 1_000_000
    string_chars: int = 50 * MEGABYTE
    silence: int = 4 * MEGABYTE
    sheets: int = 255


# A machine writes more than a person looks at: rows of sensors of some years.
MACHINE = Limits(file_bytes=2_000 * MEGABYTE, rows=5_000_000, cells=400_000_000, held_bytes=4_000 * MEGABYTE)
