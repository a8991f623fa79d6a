"""Workbooks that are zip archives, unpacked no further than the limits say, and their XML read as it comes."""

import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat

from .errors import Place, SheetError
from .limits import MEGABYTE, Limits

CHUNK = 1 << 16
MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)


class Archive:
    """
    Raises:
        SheetError: it cannot be opened, is encrypted, or says that it unpacks to more than the limits allow.
    """

    def __init__(self, file: BinaryIO, name: str, limits: Limits) -> None:
        self.name, self.limits, self.unpacked = name, limits, 0
        try:
            self.zip = zipfile.ZipFile(file)
            entries = self.zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError) as error:
            raise SheetError("damaged", Place(name)) from error
        self.entries = {entry.filename.replace("\\", "/").lstrip("/"): entry for entry in entries}
        if any(entry.flag_bits & 1 for entry in entries):
            raise SheetError("password", Place(name))

    def __contains__(self, part: str) -> bool:
        return part in self.entries

    def bomb(self) -> SheetError:
        most = self.limits.unpacked_bytes // MEGABYTE
        return SheetError("bomb", Place(self.name), most=f"{most:,}", ratio=self.limits.ratio)

    def read(self, part: str, most: int = 16 * MEGABYTE) -> bytes:
        """A small part as a whole."""
        found = bytearray()
        for chunk in Chunks(self, part):
            found += chunk
            if len(found) > most:
                raise self.bomb()
        return bytes(found)

    def parse(self, part: str, parser: "Parser") -> None:
        """
        Raises:
            SheetError: broken XML, entities of its own, or more than the limits allow.
        """
        try:
            for chunk in Chunks(self, part):
                parser.feed(chunk)
                if parser.silent > self.limits.silence:
                    raise self.bomb()
            parser.close()
        except expat.ExpatError as error:
            raise SheetError("damaged", Place(self.name), value=f"{part}: {error}") from error


class Chunks:
    """The bytes of one part, counted."""

    def __init__(self, archive: Archive, part: str) -> None:
        self.archive, self.part = archive, part

    def __iter__(self) -> Iterator[bytes]:
        archive, limits = self.archive, self.archive.limits
        entry = archive.entries[self.part]
        mine = 0
        try:
            with archive.zip.open(entry) as file:
                while chunk := file.read(CHUNK):
                    mine += len(chunk)
                    archive.unpacked += len(chunk)
                    is_blown = mine > limits.ratio_from and mine > limits.ratio * max(1, entry.compress_size)
                    if is_blown or archive.unpacked > limits.unpacked_bytes:
                        raise archive.bomb()
                    yield chunk
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            raise SheetError("damaged", Place(archive.name), value=self.part) from error
        except Exception as error:  # zlib.error, lzma.LZMAError and what else a packed stream raises
            if isinstance(error, SheetError):
                raise
            raise SheetError("damaged", Place(archive.name), value=self.part) from error


class Parser:
    """Calls `start(name, attributes)`, `end(name)` and `text(data)`, names without their namespace."""

    def __init__(
        self, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], text: Callable[[str], None]
    ) -> None:
        self.start, self.end, self.fed = start, end, 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._first
        self.parser.CharacterDataHandler = text

    def _first(self, name: str, attributes: dict[str, str]) -> None:
        """The root tells whether names carry a prefix: most do not, and are handed on as they are."""
        is_plain = ":" not in name and not any(
            word.startswith("xmlns:") and value in MAIN for word, value in attributes.items()
        )
        self.parser.StartElementHandler = self.start if is_plain else self._begun
        self.parser.EndElementHandler = self.end if is_plain else self._ended
        self.parser.StartElementHandler(name, attributes)

    def _begun(self, name: str, attributes: dict[str, str]) -> None:
        self.start(name.rpartition(":")[2], attributes)

    def _ended(self, name: str) -> None:
        self.end(name.rpartition(":")[2])

    @property
    def silent(self) -> int:
        """Bytes since anything began or ended: one endless name, attribute or comment."""
        return self.fed - self.parser.CurrentByteIndex

    def feed(self, chunk: bytes) -> None:
        self.fed += len(chunk)
        self.parser.Parse(chunk, False)

    def close(self) -> None:
        self.parser.Parse(b"", True)

    @staticmethod
    def _refuse(*_words: object) -> None:
        raise expat.ExpatError("a document of a workbook declares no entities")
