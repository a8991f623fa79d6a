from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cluster.runtime.keeping.backup import backup
from cluster.runtime.keeping.place import Place, Refused


class Command(BaseCommand):
    help = "Keep database, learning folder and keys as one file. It holds secrets: mode 600, and keep it apart."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        folder = "where it is written; DURE_BACKUP_FOLDER by default"
        parser.add_argument("folder", nargs="?", type=Path, default=Path(settings.BACKUP_FOLDER), help=folder)
        parser.add_argument("--keep", type=int, default=settings.BACKUPS_KEPT, help="so many of the newest stay there")

    def handle(self, *, folder: Path, keep: int, **options: Any) -> None:
        try:
            target, seconds = backup(folder, place=Place.of_settings(), keep=keep)
        except Refused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{target} ({target.stat().st_size / 2**20:.1f} MiB, {seconds:.1f} s)")
