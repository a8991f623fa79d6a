"""A folder that is watched: what another system puts there is taken in, checked, and loaded where nothing of it is wrong."""

import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.accounts.door import enter_by_token
from apps.common.errors import DomainError
from apps.exchange.exceptions import ColumnsOpen, NotTakenIn
from apps.exchange.incoming import checking, loading, services
from apps.exchange.incoming.painted import painted
from apps.exchange.incoming.reading import check_size
from apps.exchange.models import RowState
from federated.sheets.read import ENDINGS

log = logging.getLogger(__name__)
SETTLED = 2.0  # seconds since a file was written last: until then somebody may be writing it still


@dataclass(frozen=True)
class Taken:
    """What became of one file.

    Attributes:
        folder: where it lies now: "loaded", "open" (a person says the rest on its page) or "refused".
        text: lies beside it: why it is refused, in the language of the token's person.
    """

    folder: str
    words: str
    text: str = ""


class Command(BaseCommand):
    help = "imports watch FOLDER --token-file FILE: load the tables that another system puts into a folder"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["watch"])
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--token-file", type=Path, required=True, help="holds an API token; its person and acts are who loads, and what"
        )
        parser.add_argument("--kind", default="", help="what the rows of all files are; else it is found from their columns")
        parser.add_argument("--every", type=float, default=10, help="seconds between two looks at the folder")
        parser.add_argument("--once", action="store_true", help="look once and end")

    def handle(self, *, folder: Path, token_file: Path, kind: str, every: float, once: bool, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        secret = token_file.read_text().strip()
        while True:
            for path in waiting(folder):
                try:
                    taken = take(path, secret, kind)
                except DomainError as error:
                    raise CommandError(error.words) from error
                try:
                    put(path, taken)
                except OSError as error:  # its writer took it away, or it may not be moved: the others are not left lying
                    log.exception("The file %s could not be moved.", path.name)
                    self.stderr.write(f"{path.name}: {error}")
                    continue
                self.stdout.write(f"{path.name}: {taken.folder}. {taken.words}")
            if once:
                return
            time.sleep(every)


def waiting(folder: Path) -> list[Path]:
    """Tables that nobody is writing any more, the oldest first."""
    settled = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # taken away meanwhile
            at = path.stat().st_mtime
            if path.is_file() and path.suffix.lower() in ENDINGS and at <= time.time() - SETTLED:
                settled.append((at, path))
    return [path for _at, path in sorted(settled)]


def take(path: Path, secret: str, kind: str) -> Taken:
    """Take one file in, as the person of the token; what is unsure or wrong waits for a person.

    Raises:
        InvalidToken, ExpiredToken, NotAllowed: of the token and its acts.
    """
    with enter_by_token(secret) as (_door, user), translation.override(user.language):
        try:
            return _take(path, kind)
        except DomainError as error:
            if error.status in (401, 403):
                raise
            return Taken("refused", f"{error.words} {error.place}", refusal(error))
        except Exception as error:  # one file is no reason to leave the next ones lying
            log.exception("The file %s was not taken in.", path.name)
            refused = NotTakenIn(place=path.name, value=type(error).__name__)
            return Taken("refused", f"{refused.words} {refused.place}", refusal(refused))


def refusal(error: DomainError) -> str:
    """Each broken rule with place, value and remedy, for people."""
    told = []
    for one in error.problem()["errors"]:
        names = (
            (_("Place"), one["place"]),
            (pgettext("of a refusal", "Value"), one["value"]),
            (_("Rule"), one["rule"]),
            (_("Remedy"), one["remedy"]),
        )
        told.append("\n".join(f"{name}: {words or '—'}" for name, words in names))
    return f"{error.message}\n\n" + "\n\n".join(told) + "\n"


def _take(path: Path, kind: str) -> Taken:
    check_size(path.stat().st_size, path.name)
    made = services.receive(content=path.read_bytes(), name=path.name, kind=kind)
    address = f"/imports/{made.pk}/"
    if not services.is_ready(made):
        return Taken("open", address)
    try:
        with transaction.atomic():
            made = services.check_import(import_id=made.pk)
    except ColumnsOpen:
        return Taken("open", address)
    counts = made.counts
    wrong = counts[RowState.ERROR] + counts[RowState.HELD]
    if wrong:
        path.with_name(f"{path.stem}-errors.xlsx.part").write_bytes(painted(made))
        return Taken("open", f"{address} {wrong} ✗")
    there = [state for state, count in counts.items() if count]
    if not checking.writes(services.kind_of(made.kind), there):
        services.cancel(import_id=made.pk)
        return Taken("loaded", f"= {counts[RowState.SAME]}")
    loading.load(import_id=made.pk)
    signs = {"+": RowState.NEW, "~": RowState.CHANGED, "=": RowState.SAME, "-": RowState.MISSING}
    return Taken("loaded", " ".join((address, *(f"{sign} {counts[state]}" for sign, state in signs.items()))))


def put(path: Path, taken: Taken) -> None:
    """Move the file to where it belongs; one of the same name that lies there keeps its place."""
    folder = path.parent / taken.folder
    folder.mkdir(exist_ok=True)
    stamp, again = time.strftime("%Y%m%d-%H%M%S"), count(2)
    target = folder / path.name
    if target.exists():
        target = folder / f"{path.stem}-{stamp}{path.suffix}"
    while target.exists():
        target = folder / f"{path.stem}-{stamp}-{next(again)}{path.suffix}"
    path.rename(target)
    if taken.text:
        target.with_name(f"{target.stem}-errors.txt").write_text(taken.text, encoding="utf-8-sig")
    told = path.with_name(f"{path.stem}-errors.xlsx.part")
    if told.exists():
        told.rename(target.with_name(f"{target.stem}-errors.xlsx"))
