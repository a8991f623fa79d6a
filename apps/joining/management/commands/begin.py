"""For the operator: the first firm of an empty installation, without the page and its code."""

import sys

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from apps.accounts.adapter import reset_address
from apps.accounts.models import User
from apps.common.errors import DomainError
from apps.joining.begin import LEAD, OFFICE, begin
from apps.tenancy.scope import identity


class Command(BaseCommand):
    help = "Make the first firm of an empty installation and its administrator; without a password, print a link to set one."

    def add_arguments(self, parser) -> None:
        parser.add_argument("kind", choices=[OFFICE, LEAD], help="an office that coordinates clusters, or a firm that buys")
        parser.add_argument("--firm", required=True, help="its legal name")
        parser.add_argument("--firm-en", default="", help="its English name")
        parser.add_argument("--number", default="", help="its business registration number")
        parser.add_argument("--name", required=True, help="the first person's name")
        parser.add_argument("--email", required=True, help="the address the person signs in with")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from the standard input")
        parser.add_argument("--language", choices=["ko", "en"], default="ko")
        parser.add_argument("--time-zone", choices=settings.SYSTEM_TIMEZONES, default=settings.TIME_ZONE)

    def handle(self, *, kind, firm, firm_en, number, name, email, password_stdin, language, time_zone, **options) -> None:
        password = sys.stdin.readline().rstrip("\n") if password_stdin else None
        try:
            validate_email(email)
            if password is not None:
                validate_password(password, User(email=email, name=name))
            _firm, person = begin(
                kind=kind, legal_name=firm, name_en=firm_en, business_number=number, name=name, email=email,
                password=password, language=language, time_zone=time_zone,
            )  # fmt: skip
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except DomainError as error:
            raise CommandError(error.words) from None
        self.stdout.write(f"{firm}: {email} may sign in at {settings.PUBLIC_URL}/")
        if password is None:
            with identity():
                person = User.objects.get(pk=person.pk)
                self.stdout.write(reset_address(user_pk_to_url_str(person), default_token_generator.make_token(person)))
