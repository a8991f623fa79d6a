"""Which line of its order, delivery and part a row is, and which rows come in together. Arithmetic without Django."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from apps.common.incoming import Values

SAID = ("quantity", "unit_price", "requested_date", "received_on")


def paper(values: Values) -> str:
    """The number of its delivery; where nobody kept one, what came of an order on one day is a delivery."""
    return values.get("shipment") or f"{values['number'][:31]}/{values['received_on']:%Y%m%d}"


def of_part(values: Values) -> tuple[str, str, str]:
    """The lines of one part in one delivery of one order."""
    return values["number"].casefold(), paper(values).casefold(), values["part"].casefold()


def number(rows: Sequence[dict[str, Any]], stands: Iterable[Values]) -> None:
    """Give each row the line that says the same, in whatever order the file has them; others follow, new ones behind."""
    there: dict[Hashable, list[Values]] = defaultdict(list)
    for one in stands:
        there[of_part(one)].append(one)
    given: dict[Hashable, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        given[of_part(row)].append(row)
    for key, alike in given.items():
        lines = dict(enumerate(there[key]))
        left = [row for row in alike if not _take(row, lines)]
        places = [*lines, *range(len(there[key]), len(there[key]) + len(left))]
        for row, nth in zip(left, places, strict=False):
            row["nth"] = nth


def _take(row: dict[str, Any], lines: dict[int, Values]) -> bool:
    for nth, one in lines.items():
        if all(row.get(name) in (None, one[name]) for name in SAID):
            row["nth"] = nth
            del lines[nth]
            return True
    return False


def join(rows: Sequence[dict[str, Any]]) -> None:
    """Say of each row with which it comes in: orders hang together by deliveries, deliveries by orders."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while (above := parent.setdefault(name, name)) != name:
            parent[name] = parent[above]
            name = above
        return name

    for row in rows:
        parent[root(_order(row))] = root(_delivery(row))
    for row in rows:
        row["of"] = root(_order(row))


def groups_of_wrong(rows: Sequence[Values], sound: Iterable[Values]) -> list[Hashable]:
    """With which sound rows a wrong one comes in: with those of its delivery, which is written once, else of its order."""
    known: dict[str, str] = {}
    for row in sound:
        known[_delivery(row)] = known[_order(row)] = row["of"]
    found: list[Hashable] = []
    for row in rows:
        names = [_order(row)] if row.get("number") else []
        if row.get("shipment") or (names and row.get("received_on")):
            names.insert(0, _delivery(row))
        found.append(next((known[name] for name in names if name in known), names[0] if names else None))
    return found


def _order(row: Values) -> str:
    return f"order {row['number'].casefold()}"


def _delivery(row: Values) -> str:
    """Deliveries are numbered by suppliers: two of them may use one number."""
    return f"delivery {row.get('partner')} {paper(row).casefold()}"
