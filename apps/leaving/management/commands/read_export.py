from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.leaving.unpacking import Unreadable, unpack


class Command(BaseCommand):
    help = "Read the export of a firm into this empty installation, with equal figures or not at all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            manifest = unpack(file)
        except Unreadable as error:
            raise CommandError(str(error)) from None
        for label, told in manifest["models"].items():
            if told["rows"]:
                self.stdout.write(f"{told['rows']:>8}  {label}")
        self.stdout.write(
            "All figures are those of the export. People set a new password: manage.py reset_password ADDRESS."
        )
