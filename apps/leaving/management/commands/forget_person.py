from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.common.errors import DomainError
from apps.leaving.persons import UnknownPerson, forget


class Command(BaseCommand):
    help = "Take a person's name, address, phone, sessions and tokens away; documents keep that somebody signed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **options: Any) -> None:
        try:
            gone = forget(email)
        except UnknownPerson:
            raise CommandError(f"Nobody here has the address {email}.") from None
        except DomainError as error:
            raise CommandError(error.words) from None
        for table, count in sorted(gone.items()):
            self.stdout.write(f"{count:>6}  {table}")
        self.stdout.write("Backups still hold it until the last of them is gone.")
