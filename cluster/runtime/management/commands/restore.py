from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cluster.runtime import services
from cluster.runtime.keeping.place import Place
from cluster.runtime.keeping.restore import restore


class Command(BaseCommand):
    help = "Bring a backup back, into an empty installation; over another one only where its database is named."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--over", default="", metavar="DATABASE", help="take its place; it stays under another name")

    def handle(self, *, file: Path, over: str, **options: Any) -> None:
        try:
            services.provision()
            done = restore(file, place=Place.of_settings(), over=over)
        except RuntimeError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"Restored the backup of {done.made_at} in {done.seconds:.1f} s, with {done.files} files of training."
        )
        for kind, name in zip(("database", "folder"), done.aside, strict=True):
            if name:
                self.stdout.write(f"The {kind} of before stays as {name}; take it away when you have looked.")
        self.stdout.write(done.note or "Nothing is left to do; start the programs.")
