"""Order confirmations as records of three kinds in one text, as Coupa takes them: one row a promised quantity and day.

Each kind of record has a head line of its own: `Header` names an order, `Line` what its supplier says of a line of it,
`Schedule Line` a part of that. Which is which stands in the first column.
"""

import csv
import io
from collections.abc import Iterator

HEADER, LINE, SCHEDULE = "header", "line", "schedule line"
SECOND = {HEADER: {"po number"}, LINE: {"line number", "order line number"}, SCHEDULE: {"order line number", "line number"}}
BEHALF = " on behalf of supplier"
HEADS = ("PO number", "Line Number", "Confirmed quantity", "Confirmed date", "Reason Code", "Reason Comment")
REJECTED, DELETED = "reject", "delete"
MOST_HEAD = 4096  # bytes that are looked at before a file is read as records
Record = dict[str, str]


def flat(content: bytes) -> bytes | None:
    """The same as a table of `HEADS`; None where it is no such file."""
    if not content[:MOST_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith((b"header,", b'"header",')):
        return None
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None  # the ordinary reader says what is wrong of it
    if not _has_heads(lines):
        return None
    told = io.StringIO()
    table = csv.writer(told)
    table.writerow(HEADS)
    table.writerows(_rows(list(_records(lines))))
    return told.getvalue().encode("utf-8-sig")


def _kind(line: list[str]) -> str:
    return line[0].strip().lower() if line else ""


def _named(line: list[str]) -> list[str]:
    return [cell.strip().lower().removesuffix(BEHALF) for cell in line]


def _is_head(line: list[str]) -> bool:
    return len(line) > 1 and _named(line)[1] in SECOND.get(_kind(line), ())


def _has_heads(lines: list[list[str]]) -> bool:
    return {HEADER, LINE} <= {_kind(line) for line in lines if _is_head(line)}


def _records(lines: list[list[str]]) -> Iterator[tuple[str, Record]]:
    heads: dict[str, list[str]] = {}
    for line in lines:
        kind = _kind(line)
        if kind not in SECOND:
            continue
        if _is_head(line):
            heads[kind] = _named(line)
        elif kind in heads:
            yield kind, {name: cell.strip() for name, cell in zip(heads[kind], line, strict=False)}


def _rows(records: list[tuple[str, Record]]) -> Iterator[list[str]]:
    """A line that is split over days is its parts; what is rejected is promised 0 of; an order of which no line is said
    stands as a row without a quantity, so that it is asked for and not left out."""
    order: Record = {}
    for place, (kind, record) in enumerate(records):
        if kind == HEADER:
            order = record
            if not any(other == LINE for other, _record in _until(records, place, {HEADER})):
                yield _row(order, "", {}, order)
            continue
        if kind != LINE:
            continue
        line = record.get("line number") or record.get("order line number", "")
        following = _until(records, place, {HEADER, LINE})
        parts = [part for _kind_of, part in following if part.get("action", "").lower() != DELETED]
        if REJECTED in (record.get("action", "").lower(), order.get("action", "").lower()):
            yield _row(order, line, {"quantity": "0"}, record)
        elif parts:
            for part in parts:
                yield _row(order, line, part, record)
        else:
            yield _row(order, line, record, record)


def _until(records: list[tuple[str, Record]], place: int, ends: set[str]) -> list[tuple[str, Record]]:
    found = []
    for kind, record in records[place + 1 :]:
        if kind in ends:
            break
        found.append((kind, record))
    return found


def _row(order: Record, line: str, said: Record, why: Record) -> list[str]:
    day = said.get("delivery date") or said.get("promise date", "")
    number, reason, comment = order.get("po number", ""), why.get("reason code", ""), why.get("reason comment", "")
    return [number, line, said.get("quantity", ""), day, reason, comment]
