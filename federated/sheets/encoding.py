"""In which encoding a text was written: by its mark, else UTF-8 if it is, else what its pairs of bytes say."""

import codecs
from typing import BinaryIO

from .errors import Place, SheetError
from .kinds import SAMPLE, is_wide

CHUNK = JUDGED = 1 << 20
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
KNOWN = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp949",
    "euc-kr",
    "cp1252",
    "latin-1",
    "shift_jis",
    "gb18030",
)


def encoding_of(file: BinaryIO, name: str, said: str = "") -> str:
    """The name of the encoding, as Python knows it; the file stands at its start again.

    Args:
        said: what a person set; taken as it is.

    Raises:
        SheetError: an encoding that nobody knows, or UTF-8 with broken letters.
    """
    if said:
        try:
            return codecs.lookup(said).name
        except LookupError as error:
            raise SheetError("encoding", Place(name), value=said, encoding=", ".join(KNOWN)) from error
    start = file.read(SAMPLE)
    file.seek(0)
    for mark, found in MARKS:
        if start.startswith(mark):
            return found
    if wide := is_wide(start):
        return wide
    whole, seen, broken = _utf8(file)
    file.seek(0)
    if whole:
        return "utf-8"
    guess = judge(seen)
    if not guess:
        line = seen[:broken].count(b"\n") + 1
        shown = seen[max(0, broken - 10) : broken + 10]
        raise SheetError("encoding", Place(name, row=line), value=shown, encoding="UTF-8, CP949")
    return guess


def _utf8(file: BinaryIO) -> tuple[bool, bytes, int]:
    """Whether all of it is UTF-8; if not, the bytes to judge by and the place of the first that is none."""
    decoder, seen, at = codecs.getincrementaldecoder("utf-8")(), bytearray(), 0
    while chunk := file.read(CHUNK):
        if len(seen) < JUDGED:
            seen += chunk
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            if at >= JUDGED:
                seen += chunk
            while len(seen) < JUDGED and (chunk := file.read(CHUNK)):
                seen += chunk
            return False, bytes(seen), min(len(seen), at + error.start)
        at += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False, bytes(seen), len(seen)
    return True, b"", 0


def judge(seen: bytes) -> str:
    """`cp949`, `cp1252`, or nothing where it is rather UTF-8 with broken letters.

    Korean in CP949 comes in pairs of high bytes, nearly all of them syllables (B0–C8); an umlaut of Western Europe stands
    alone among ASCII letters.
    """
    hangul = symbols = hanja = alone = broken = right = 0
    place, size = 0, len(seen)
    while place < size:
        first = seen[place]
        if first < 0x80:
            place += 1
            continue
        if length := _utf8_length(seen, place):
            right += length
        second = seen[place + 1] if place + 1 < size else 0
        if second >= 0xA1 and first >= 0xA1:
            hangul += 0xB0 <= first <= 0xC8
            symbols += first < 0xB0
            hanja += first > 0xC8
            place += 2
        elif 0x81 <= first <= 0xC6 and (0x41 <= second <= 0x5A or 0x61 <= second <= 0x7A or second >= 0x81):
            alone += 1  # a rare syllable of CP949, or a letter of Western Europe before an ASCII letter
            place += 2
        else:
            broken += 1
            place += 1
    high = 2 * (hangul + symbols + hanja) + alone + broken
    if right > 0.9 * high:
        return ""
    pairs = hangul + symbols + hanja
    if pairs and hangul + symbols >= hanja and alone + broken <= 0.1 * pairs + (hangul > 20) and _decodes(seen, "cp949"):
        return "cp949"
    return "cp1252" if _decodes(seen, "cp1252") else "latin-1"


def _utf8_length(seen: bytes, place: int) -> int:
    first = seen[place]
    length = 2 if 0xC2 <= first < 0xE0 else 3 if 0xE0 <= first < 0xF0 else 0
    rest = seen[place + 1 : place + length]
    return length if length and len(rest) == length - 1 and all(0x80 <= byte < 0xC0 for byte in rest) else 0


def _decodes(seen: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(seen)
    except UnicodeDecodeError:
        return False
    return True
