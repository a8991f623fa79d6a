"""Everything that a firm sees of its own and of what it shares, as one zip: rows for programs, tables for people.

Which models that is, the rooms say (`Room.exported`, `Room.not_exported`). What comes out is what the firm's scope sees,
by both walls: nobody else's rows.
"""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, time
from importlib.metadata import version
from typing import IO, Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import DecimalField, Model, QuerySet, Sum

from apps.common.rooms import exported
from apps.tenancy.models import Organization
from apps.tenancy.scope import require_scope
from apps.ui.files import inert

FORMAT = 1
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


def pack(out: IO[bytes]) -> dict[str, Any]:
    """Write the zip of the scope's firm; its manifest: how many rows, which sums, and the hash of each file."""
    firm = Organization.objects.get(pk=require_scope().organization_id)
    told: dict[str, Any] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for model in models():
            label, found = model._meta.label, rows(model)
            content = _as_json(model, found).encode()
            archive.writestr(f"rows/{label}.json", content)
            archive.writestr(f"tables/{label}.csv", _as_csv(model, content))
            digest = hashlib.sha256(content).hexdigest()
            told[label] = {"rows": found.count(), "sums": sums(found), "sha256": digest}
        manifest = {
            "format": FORMAT,
            "dure": version("dure"),
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "firm": {"id": firm.pk, "name": firm.legal_name},
            "models": told,
        }
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def _as_json(model: type[Model], found: QuerySet[Any]) -> str:
    names = [field.name for field in columns(model)]
    return serializers.serialize("json", found.iterator(chunk_size=2000), fields=names, cls=Exact, ensure_ascii=False)


def _as_csv(model: type[Model], content: bytes) -> str:
    text = io.StringIO("\ufeff", newline="")
    text.seek(0, io.SEEK_END)
    names = [field.name for field in columns(model) if not field.primary_key]
    table = csv.writer(text)
    table.writerow(["id", *names])
    table.writerows(_safe(content, names))
    return text.getvalue()


def _safe(content: bytes, names: list[str]) -> Iterator[list[str]]:
    """A text that a spreadsheet would take for a formula is marked as text."""
    for row in json.loads(content):
        values = [row["pk"], *(row["fields"].get(name) for name in names)]
        yield ["" if value is None else _text(value) for value in values]


def _text(value: Any) -> str:
    """Numbers are texts in the rows; one below zero stays a number."""
    return str(value) if NUMBER.fullmatch(str(value)) else inert(str(value))
