"""Everything that a firm sees of its own and of what it shares, as one zip: rows for programs, tables for people.

Which models that is, the rooms say (`Room.exported`, `Room.not_exported`). What comes out is what the firm's scope sees,
by both walls: nobody else's rows.
"""

import csv
import hashlib
import io
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from importlib.metadata import version
from itertools import islice
from typing import IO, Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, transaction
from django.db.models import DecimalField, Model, QuerySet, Sum

from apps.common.rooms import exported
from apps.tenancy.models import Organization
from apps.tenancy.scope import require_scope
from apps.ui.files import inert

FORMAT = 1
PIECE = 2000  # rows in memory at a time
NUMBER = re.compile(r"-?\d+(\.\d+)?")
MANIFEST = "manifest.json"


class Exact(DjangoJSONEncoder):
    """Moments to the microsecond, where Django's own cuts them."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime | time) else super().default(o)


def models() -> list[type[Model]]:
    """What goes out, lower rooms first; groups, which no room owns, before the roles that name them."""
    return [Group, *(apps.get_model(label) for label in exported())]


def columns(model: type[Model]) -> list[Any]:
    hidden: frozenset[str] = getattr(model, "hidden_columns", frozenset())
    return [field for field in model._meta.concrete_fields if field.column not in hidden]


def rows(model: type[Model]) -> QuerySet[Any]:
    """What the open scope sees of it."""
    if model is Group:
        return Group.objects.filter(organization_role__organization_id=require_scope().organization_id).order_by("pk")
    return model._default_manager.order_by("pk")


def sums(found: QuerySet[Any]) -> dict[str, str]:
    """Of every column with a decimal number, as text without an end of noughts."""
    names = [field.name for field in found.model._meta.concrete_fields if isinstance(field, DecimalField)]
    total = found.order_by().aggregate(**{f"sum_{name}": Sum(name) for name in names}) if names else {}
    return {name: plain(total[f"sum_{name}"]) for name in names}


def plain(number: Any) -> str:
    return f"{number or 0:f}".rstrip("0").rstrip(".") if "." in f"{number or 0:f}" else f"{number or 0:f}"


@contextmanager
def still() -> Iterator[None]:
    """What is read in the block is as of one moment, however long that takes: figures of tables belong together.

    Around the scope, and outermost: a transaction that has read already stays as it is.
    """
    connection = connections["default"]
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def pack(out: IO[bytes], told: Callable[[int, int], object] = lambda tables, rows: None) -> dict[str, Any]:
    """Write the zip of the scope's firm; its manifest: how many rows, which sums, and the hash of each file.

    Args:
        told: is called with how many tables and rows are written, after each table.
    """
    firm = Organization.objects.get(pk=require_scope().organization_id)
    listed: dict[str, Any] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for model in models():
            label, found = model._meta.label, rows(model)
            count, digest = _write(archive, model, found)
            listed[label] = {"rows": count, "sums": sums(found), "sha256": digest}
            told(len(listed), sum(one["rows"] for one in listed.values()))
        manifest = {
            "format": FORMAT,
            "dure": version("dure"),
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "firm": {"id": firm.pk, "name": firm.legal_name},
            "models": listed,
        }
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def _write(archive: zipfile.ZipFile, model: type[Model], found: QuerySet[Any]) -> tuple[int, str]:
    """The rows of one table twice, for programs and for people, by way of the disk: (how many, hash of the first)."""
    names = [field.name for field in columns(model) if not field.primary_key]
    label, count = model._meta.label, 0
    with tempfile.TemporaryFile() as kept, tempfile.TemporaryFile() as seen:
        table = io.TextIOWrapper(seen, "utf-8-sig", newline="", write_through=True)
        sheet = csv.writer(table)
        sheet.writerow(["id", *names])
        kept.write(b"[")
        for piece in _pieces(found):
            content = serializers.serialize("json", piece, fields=names, cls=Exact, ensure_ascii=False)
            kept.write((", " if count else "").encode() + content.strip()[1:-1].encode())
            sheet.writerows(_safe(content, names))
            count += len(piece)
        kept.write(b"]")
        table.flush()
        kept.seek(0)
        digest = hashlib.file_digest(kept, "sha256").hexdigest()
        for name, source in ((f"rows/{label}.json", kept), (f"tables/{label}.csv", seen)):
            source.seek(0)
            with archive.open(name, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, 2**20)
        table.detach()
    return count, digest


def _pieces(found: QuerySet[Any]) -> Iterator[list[Any]]:
    found_rows = found.iterator(chunk_size=PIECE)
    while piece := list(islice(found_rows, PIECE)):
        yield piece


def _safe(content: str, names: list[str]) -> Iterator[list[str]]:
    """A text that a spreadsheet would take for a formula is marked as text."""
    for row in json.loads(content):
        values = [row["pk"], *(row["fields"].get(name) for name in names)]
        yield ["" if value is None else _text(value) for value in values]


def _text(value: Any) -> str:
    """Numbers are texts in the rows; one below zero stays a number."""
    return str(value) if NUMBER.fullmatch(str(value)) else inert(str(value))
