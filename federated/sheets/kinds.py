"""What a file is, told by its first bytes, never by its name alone."""

from .errors import Place, SheetError

SAMPLE = 8_192
LOCK = ("~$", ".~lock.")
# First bytes → what a person calls it; none of these is a table.
OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "a program for Windows"),
    (b"\x7fELF", "a program for Linux"),
    (b"\xcf\xfa\xed\xfe", "a program for macOS"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x1f\x8b", "a packed file (gzip)"),
    (b"7z\xbc\xaf\x27\x1c", "a packed file (7z)"),
    (b"Rar!", "a packed file (RAR)"),
    (b"SQLite format 3", "a database (SQLite)"),
    (b"#!/", "a script"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def is_lock(name: str) -> bool:
    """Whether it is what Office or LibreOffice leaves beside an open file."""
    return name.startswith(LOCK)


def kind_of(start: bytes, name: str) -> str:
    """One of `zip`, `ole`, `html`, `text`.

    Args:
        start: the first SAMPLE bytes.

    Raises:
        SheetError: it is empty, or something else; its kind is named.
    """
    where = Place(name)
    if is_lock(name):
        raise SheetError("lock_file", where)
    if not start.strip(b"\x00 \t\r\n"):
        raise SheetError("empty_file", where)
    if start.startswith(ZIP):
        return "zip"
    if start.startswith(OLE):
        return "ole"
    for mark, kind in OTHERS:
        if start.startswith(mark):
            raise SheetError("no_table_kind", where, value=kind)
    words = _words(start)
    if (
        words.startswith("<?xml") and 'progid="excel.sheet"' in words
    ) or "urn:schemas-microsoft-com:office:spreadsheet" in words:
        raise SheetError("other_workbook", where, value="an XML spreadsheet of Excel 2003")
    if words.startswith(("<!doctype html", "<html", "<head", "<body", "<table", "<meta", "<style")) or "<table" in words:
        return "html"
    if words.startswith("<?xml"):
        raise SheetError("no_table_kind", where, value="an XML document")
    if words.startswith("id;p") and "\nc;" in words.replace("\r", "\n"):
        raise SheetError("other_workbook", where, value="a SYLK file")
    if _is_binary(start):
        raise SheetError("no_table_kind", where, value="a file of bytes, no text")
    return "text"


def _words(start: bytes) -> str:
    plain = start.replace(b"\x00", b"") if start[:2] in (b"\xff\xfe", b"\xfe\xff") else start
    return plain.decode("latin-1").lstrip("ÿþï»¿ \t\r\n").lower()


def _is_binary(start: bytes) -> bool:
    """Text of two bytes a letter has nulls in every second place; other text has next to none."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    odd = sum(1 for byte in start if byte < 9 or (13 < byte < 32 and byte != 27))
    return odd > 0.02 * len(start) + 4 and not is_wide(start)


def is_wide(start: bytes) -> str:
    """`utf-16-le`, `utf-16-be` or nothing, for text without a mark: ASCII has its null always on the same side."""
    pairs = len(start) // 2
    if pairs < 2:
        return ""
    even, odd = start[0 : pairs * 2 : 2].count(0), start[1 : pairs * 2 : 2].count(0)
    if odd > 0.3 * pairs and even < 0.02 * pairs + 1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 * pairs and odd < 0.02 * pairs + 1 else ""
