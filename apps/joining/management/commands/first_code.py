"""For the operator: the one-time code of an empty installation."""

from django.core.management.base import BaseCommand, CommandError

from apps.joining import first_code
from apps.joining.exceptions import Begun


class Command(BaseCommand):
    help = "Make a new one-time code for an empty installation and print it; the one before ends."

    def handle(self, **options) -> None:
        try:
            self.stdout.write(first_code.renew())
        except Begun as error:
            raise CommandError(error.words) from None
