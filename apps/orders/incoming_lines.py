"""Which line of a standing order a row of a file means: by its number where the file has the order's, else by place."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from apps.common.incoming import Values

from .models import PurchaseOrder

NEW = ("+", "new", "신규", "추가", "neu")  # in place of a line's number: a further line, though the part stands on the order
OPEN = -1  # of a row that may mean several lines
STEPS = (1, 10)  # a file has the numbers of the order, or counts its lines as 1, 2, 3
Stands = Mapping[str, Sequence[int]]  # part → positions of its lines, in their order


def number_lines(rows: Sequence[dict[str, Any]], stands: Stands) -> None:
    """Give each row of one order `nth`: which of the order's lines of that part it is, from 0.

    A number that stands on the order finds its line. Where the file has the order's numbers, any other one is of a new
    line, and so is one that says `NEW`. Rows without one are counted, and are `OPEN` where the part stands several times and
    the file has fewer rows.
    """
    step = _step(rows, stands)
    by_part: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=line_place):
        by_part[row["part"].casefold()].append(row)
    for part, same in by_part.items():
        positions = stands.get(part, ())
        left = list(range(len(positions)))
        new, counted = [], []
        by_number: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in same:
            number = _number(row)
            if is_new(row):
                new.append(row)
            elif number is None or not step:
                counted.append(row)
            else:
                by_number[number * step].append(row)
        for position, told in by_number.items():
            meant = [nth for nth, one in enumerate(positions) if one == position]
            left = [nth for nth in left if nth not in meant]
            new += _give(told, meant)
        new += _give(counted, left)
        for nth, row in enumerate(new, start=len(positions)):
            row["nth"] = nth


def is_new(row: Values) -> bool:
    return (row.get("line") or "").casefold() in NEW


def lock_orders(orders: QuerySet[PurchaseOrder]) -> None:
    """Hold orders until the transaction is over, in the order in which every act on orders does."""
    list(orders.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


def _give(rows: Sequence[dict[str, Any]], lines: Sequence[int]) -> list[dict[str, Any]]:
    """Lines to rows, one after the other; the rows that are left over."""
    if len(rows) < len(lines) and len(lines) > 1:
        lines = [OPEN] * len(rows)
    for row, nth in zip(rows, lines, strict=False):
        row["nth"] = nth
    return list(rows[len(lines) :])


def _step(rows: Iterable[Values], stands: Stands) -> int:
    """What a number of the file is multiplied by to be one of the order; 0 where none stands there or both may be."""
    told = Counter((number, row["part"].casefold()) for row in rows if (number := _number(row)) is not None)
    there = Counter((position, part) for part, positions in stands.items() for position in positions)
    found: dict[int, int] = {}
    for step in STEPS:
        held = [(there[number * step, part], times) for (number, part), times in told.items()]
        found[step] = 0 if any(times > max(1, most) for most, times in held) else sum(most > 0 for most, _n in held)
    best = max(found.values())
    return 0 if list(found.values()).count(best) > 1 else next(step for step, n in found.items() if n == best)


def _number(values: Values) -> int | None:
    told = values.get("line") or ""
    return int(told) if told.isdecimal() and len(told) < 10 else None


def line_place(values: Values) -> tuple[int, int]:
    """Where a line stands: by its number, where that is one."""
    number = _number(values)
    return (1, 0) if number is None else (0, number)


def join_notes(rows: Sequence[dict[str, Any]]) -> None:
    """A note is of the order: what its rows say together is what each of them says, so that it stands and goes as one."""
    found = dict.fromkeys(row["note"] for row in rows if row.get("note"))
    if found:
        for row in rows:
            row["note"] = "\n".join(found)


def by_order(rows: Iterable[dict[str, Any]], group: Any) -> list[tuple[Hashable, list[dict[str, Any]]]]:
    """Rows of each order, in the file's order."""
    found: dict[Hashable, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[group(row)].append(row)
    return list(found.items())
