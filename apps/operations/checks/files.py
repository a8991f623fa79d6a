"""What lies on disks: room, backups, static files."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from ..findings import Look, check, fault, warning

GIB = 2**30
LOW, EMPTY = (0.10, 5 * GIB), (0.03, GIB)  # below both a share of the disk and so many bytes
OLD_BACKUP_S = 26 * 3600  # one a day, and it may take its time
LOST_BACKUP_S = 3 * 24 * 3600
BACKUPS, FAILED = "dure-*.backup", "failed.txt"


def _room(folder: Path) -> Look:
    """How much is left on the disk of a folder, or of the nearest one above it that is there."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    disk = shutil.disk_usage(there)
    value = _("%(free)s GiB of %(total)s free") % {"free": f"{disk.free / GIB:.1f}", "total": f"{disk.total / GIB:.1f}"}
    rule = _("a tenth of the disk or 5 GiB is free")
    remedy = _("Make room or move the folder to a larger disk.")
    for tell, (share, least) in ((fault, EMPTY), (warning, LOW)):
        if disk.free < share * disk.total and disk.free < least:
            return tell(str(folder), value, rule, remedy)
    return Look(str(folder), value)


def _writable(folder: Path) -> Look | None:
    if folder.exists() and not os.access(folder, os.W_OK):
        return fault(
            str(folder), _("read only"), _("this program writes there"), _("Give the folder to its user (dure-web).")
        )
    return None


@check("disk.database")
def database() -> Look:
    if not settings.DATABASE_FOLDER:
        return Look("DURE_DATABASE_FOLDER", _("not told; the database is elsewhere"))
    return _room(Path(settings.DATABASE_FOLDER))


@check("disk.learning")
def learning() -> Look:
    return _room(Path(settings.LEARNING_FOLDER))


@check("disk.files")
def files() -> Look:
    return _writable(Path(settings.FILES_FOLDER)) or _room(Path(settings.FILES_FOLDER))


@check("backups")
def backups() -> Look:
    """The newest one; it is whole, because it gets its name at its end only."""
    folder = Path(settings.BACKUP_FOLDER)
    rule = _("a backup every day")
    remedy = _("python manage.py backup, once by hand to see what it says; then by the timer dure-backup.")
    if (failed := folder / FAILED).exists():
        return fault(str(folder), failed.read_text().strip()[:300], _("the last backup succeeded"), remedy)
    ages = sorted(time.time() - path.stat().st_mtime for path in folder.glob(BACKUPS))
    if not ages:
        return warning(str(folder), _("none"), rule, remedy)
    value = _("%(n)s kept, the newest %(h)s hours old") % {"n": len(ages), "h": f"{ages[0] / 3600:.0f}"}
    if ages[0] > OLD_BACKUP_S:
        tell: Callable[..., Look] = fault if ages[0] > LOST_BACKUP_S else warning
        return tell(str(folder), value, rule, remedy)
    return Look(str(folder), value)


@check("static")
def static() -> Look:
    """Collected, where pages ask for files by the names that collecting gives them."""
    if "Manifest" not in settings.STORAGES["staticfiles"]["BACKEND"]:
        return Look("STATIC_ROOT", _("served from the apps"))
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        rule = _("style sheets and scripts are collected")
        return fault(str(manifest), _("missing"), rule, _("python manage.py collectstatic --noinput"))
    return Look(str(manifest), _("collected"))
