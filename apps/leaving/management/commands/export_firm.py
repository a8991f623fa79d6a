from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.leaving.packing import pack, still
from apps.tenancy.models import BusinessNumber
from apps.tenancy.scope import organization_scope, unscoped


class Command(BaseCommand):
    help = "Write what a firm may take with it, as a zip that an empty installation reads (`read_export`)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="one of the firm's business registration numbers")
        parser.add_argument("file", type=Path)

    def handle(self, *, number: str, file: Path, **options: Any) -> None:
        digits = "".join(filter(str.isdigit, number))
        with unscoped(reason="provisioning: a new organization, cluster or relation has no scope yet"):
            firm = BusinessNumber.objects.filter(number=digits).values_list("organization_id", flat=True).first()
        if firm is None:
            raise CommandError(f"No firm here has the number {number}.")
        try:
            with file.open("xb") as out, still(), organization_scope(firm):
                manifest = pack(out)
        except FileExistsError:
            raise CommandError(f"{file} is there already; it stays as it is.") from None
        self.stdout.write(f"{file}: {sum(told['rows'] for told in manifest['models'].values())} rows")
