"""Tables as tests write them."""

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

from apps.exchange.incoming import loading, services
from apps.exchange.models import Import


def csv(*lines: str, encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(lines).encode(encoding)


def xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def received(content: bytes, name: str = "table.csv", kind: str = "", **given: Any) -> Import:
    """Taken in, its columns said as proposed, checked."""
    made = services.receive(content=content, name=name, kind=kind)
    mapping, constants = {**made.mapping, **given.get("mapping", {})}, given.get("constants", {})
    services.say_columns(import_id=made.pk, mapping=mapping, constants=constants)
    return services.check_import(import_id=made.pk)


def states(made: Import) -> list[str]:
    return list(made.rows.order_by("place").values_list("state", flat=True))


def loaded(content: bytes, name: str = "table.csv", kind: str = "", **given: Any) -> Import:
    return loading.load(import_id=received(content, name, kind, **given).pk)
