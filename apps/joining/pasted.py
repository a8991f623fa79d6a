"""A list of firms as it is pasted from a spreadsheet: number, name, address and vendor code in any order of columns."""

import re

from .firms import Asked

CELLS = re.compile(r"\t|;|,")
NUMBER = re.compile(r"[\d\s-]{8,}")


def read(text: str) -> list[Asked]:
    """One firm a line; a heading, which names neither number nor address, is passed over, and so are empty lines.

    What a cell is shows in it: an address has an @, a number is of digits, the first other one is the name, the
    next the vendor code. Nothing is checked here. Lines are counted as pasted, from 1.
    """
    found: list[Asked] = []
    for place, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in CELLS.split(line) if cell.strip()]
        address = next((cell for cell in cells if "@" in cell), "")
        number = next((cell for cell in cells if NUMBER.fullmatch(cell)), "")
        rest = [cell for cell in cells if cell not in (address, number)]
        if not cells or (not found and not address and not re.search(r"\d", line)):
            continue
        name, code = [*rest, "", ""][:2]
        found.append(Asked(number=number, email=address, name=name, vendor_code=code, place=f"rows[{place}]"))
    return found
