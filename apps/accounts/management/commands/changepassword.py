"""Django's own command, as the role that may read and write passwords."""

from typing import Any

from django.contrib.auth.management.commands import changepassword

from apps.tenancy.scope import identity


class Command(changepassword.Command):
    def handle(self, *args: Any, **options: Any) -> str | None:
        with identity():
            return super().handle(*args, **{**options, "database": "identity"})
