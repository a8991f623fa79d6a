"""For the operator: a link with which a person sets a new password; printed, or mailed to them."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from apps.accounts.adapter import reset_address
from apps.accounts.letters import send_letter
from apps.accounts.mail import letter_of
from apps.accounts.models import User
from apps.tenancy.scope import identity


class Command(BaseCommand):
    help = "Make a link, good once and for a few hours, with which a person sets a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address with which the person signs in")
        parser.add_argument("--mail", action="store_true", help="mail it to the person instead of printing it")

    def handle(self, *, email, mail, **options: Any) -> None:
        with identity():
            person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
            if person is None:
                raise CommandError(f"{email!r}: no open account has this address. Check its spelling, or invite the person.")
            url = reset_address(user_pk_to_url_str(person), default_token_generator.make_token(person))
        if not mail:
            self.stdout.write(url)
            return
        with translation.override(person.language):
            send_letter(person.email, letter_of("password_reset_key", {"user": person, "password_reset_url": url}))
        self.stdout.write(f"Sent to {person.email}.")
