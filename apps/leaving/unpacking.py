"""An empty installation reads what a firm took with it: all of it with equal figures, or nothing."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, connections, transaction
from django.db.models import CharField, DateTimeField, ForeignKey, Model
from django.utils import timezone

from apps.accounts.models import User
from apps.tenancy.access.keys import tenant_keys
from apps.tenancy.models import Organization
from apps.tenancy.services import sync_acts

from .packing import FORMAT, MANIFEST, models, sums

OWNER = "owner"
MOST_BYTES = 4 * 2**30  # unpacked, before anything is read


class Unreadable(RuntimeError):
    """Why nothing was read.

    Attributes:
        code: for programs and tests.
    """

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def unpack(path: Path) -> dict[str, Any]:
    """Read an export into this installation, as the owner of its tables; its manifest.

    Raises:
        Unreadable: the file is damaged or of another version, or the installation is not empty; nothing was changed.
    """
    manifest, contents = _read(path)
    with transaction.atomic(using=OWNER):
        if Organization._base_manager.using(OWNER).exists() or User._base_manager.using(OWNER).exists():
            raise Unreadable(
                "not_empty", "This installation has firms or people already. An export is read into an empty one."
            )
        try:
            here = {label: _put(apps.get_model(label), content) for label, content in contents.items()}
            _complete(here)
            with connections[OWNER].cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except (DatabaseError, DeserializationError) as error:
            raise Unreadable("damaged", f"{path} does not fit together: {str(error).splitlines()[0]}") from error
        _compare(manifest, here, path)
        _count_on()
        sync_acts(using=OWNER)
    return manifest


def _read(path: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    known = {model._meta.label for model in models()}
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            names = {label: f"rows/{label}.json" for label in manifest["models"]}
            if sum(archive.getinfo(name).file_size for name in names.values()) > MOST_BYTES:
                raise Unreadable("too_large", f"{path} unpacks to more than {MOST_BYTES // 2**30} GiB.")
            contents = {label: archive.read(name) for label, name in names.items()}
    except FileNotFoundError as error:
        raise Unreadable("no_file", f"There is no file {path}.") from error
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError) as error:
        raise Unreadable("damaged", f"{path} is damaged or no export of Dure: {error}.") from error
    if manifest["format"] > FORMAT or (newer := sorted(contents.keys() - known)):
        what = f"format {manifest['format']}" if manifest["format"] > FORMAT else ", ".join(newer)
        raise Unreadable("newer", f"{path} is of a newer Dure ({manifest['dure']}): {what}. Install that version.")
    for label, content in contents.items():
        if hashlib.sha256(content).hexdigest() != manifest["models"][label]["sha256"]:
            raise Unreadable("damaged", f"{path} is damaged: rows/{label}.json is not what the manifest says.")
    order = [model._meta.label for model in models()]
    return manifest, dict(sorted(contents.items(), key=lambda entry: order.index(entry[0])))


def _put(model: type[Model], content: bytes) -> set[Any]:
    """Insert the rows as they are, ids and moments too. What triggers wrote of rows before is told again by the export."""
    model._base_manager.using(OWNER).all().delete()
    found: set[Any] = set()
    for one in serializers.deserialize("json", content.decode(), using=OWNER, handle_forward_references=False):
        row = one.object
        # A file says of each row what it is; what is not of this table, or stands twice, somebody put in on its way.
        if type(row) is not model or row.pk in found:
            raise Unreadable("damaged", f"rows/{model._meta.label}.json holds a row of another table, or one twice.")
        if isinstance(row, User):
            row.set_unusable_password()
            row.is_superuser = False
        row.save_base(using=OWNER, raw=True, force_insert=True)
        found.add(row.pk)
    return found


def _complete(here: dict[str, set[Any]]) -> None:
    """What rows point at and their firm does not see, such as a partner's part behind a shared one, or who signed there.

    In its place stands a row without content, of the same owner: nobody of this firm sees it here either.
    """
    for label in here:
        model = apps.get_model(label)
        owners = {key.columns[0]: dict(zip(key.there[1:], key.columns[1:], strict=True)) for key in tenant_keys(model)}
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model._meta.label in here:
                wanted = owners.get(field.column, {})
                rows = model._base_manager.using(OWNER).order_by().exclude(**{field.name: None})
                for pk, *values in rows.values_list(field.attname, *wanted.values()).distinct():
                    if pk not in here[field.related_model._meta.label]:
                        _stand_in(field.related_model, pk, dict(zip(wanted, values, strict=True)))


def _is_of(field: Any, owners: dict[str, Any]) -> bool:
    """Whether what a key points at has the same owners."""
    return bool(owners) and owners.keys() <= {one.column for one in field.related_model._meta.concrete_fields}


def _place_of(model: type[Model], pk: Any, owners: dict[str, Any]) -> Any:
    """A row of the same owner that another one needs: one that is there, else one without content."""
    standing = model._base_manager.using(OWNER).filter(**owners).order_by("pk").first()
    if standing is None:
        _stand_in(model, -pk, owners)
    return -pk if standing is None else standing.pk


def _stand_in(model: type[Model], pk: Any, owners: dict[str, Any]) -> None:
    if model._base_manager.using(OWNER).filter(pk=pk).exists():
        return
    row = model(pk=pk, **owners)
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and not field.null and field.column not in owners and _is_of(field, owners):
            setattr(row, field.attname, _place_of(field.related_model, pk, owners))  # such as the site of a group
        if not field.has_default() and not field.null and not field.blank and isinstance(field, CharField):
            setattr(row, field.attname, f"unknown-{pk}"[: field.max_length])
        elif isinstance(field, DateTimeField) and not field.null:
            setattr(row, field.attname, timezone.now())
    if isinstance(row, User):
        row.email, row.name, row.is_active, row.wants_mail = f"person-{pk}@elsewhere.invalid", "—", False, False
        row.set_unusable_password()
    row.save_base(using=OWNER, raw=True, force_insert=True)


def _compare(manifest: dict[str, Any], here: dict[str, set[Any]], path: Path) -> None:
    for label, told in manifest["models"].items():
        found = apps.get_model(label)._base_manager.using(OWNER).filter(pk__in=here[label])
        if (found.count(), sums(found)) != (told["rows"], told["sums"]):
            raise Unreadable("other_figures", f"{path}: {label} has other figures here than where it comes from.")


def _count_on() -> None:
    """New rows get ids after those that were read."""
    with connections[OWNER].cursor() as cursor:
        for model in models():
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), max({key})) FROM {table} HAVING max({key}) > 0"
            )
