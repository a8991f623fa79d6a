"""For the operator: looks at an installation and says what is wrong, where, and what to do."""

import json
import sys
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from apps.operations import alerts, doctor
from apps.operations.findings import CHECKS, Finding, Level

SIGNS = {Level.OK: "ok", Level.WARNING: "!", Level.FAULT: "✗", Level.UNKNOWN: "?"}


class Command(BaseCommand):
    help = "Look at this installation; ends with 1 where something is wrong, 0 otherwise (warnings alone: 0)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--language", choices=[code for code, _name in settings.LANGUAGES], default=settings.LANGUAGE_CODE
        )
        parser.add_argument("--json", action="store_true", help="one object, for programs")
        parser.add_argument("--only", nargs="+", metavar="CHECK", help="some checks, and what they need")

        parser.add_argument(
            "--mail", action="store_true", help="tell DURE_OPERATOR_MAIL what began to fail and what is over"
        )

    def handle(self, *, language: str, json: bool, only: list[str] | None, mail: bool, **options: Any) -> None:
        if only and (unknown := set(only) - CHECKS.keys()):
            raise CommandError(f"No such check: {', '.join(sorted(unknown))}. There are: {', '.join(CHECKS)}.")
        with translation.override(language):
            found = []
            for finding in doctor.examine(set(only) if only else None):
                found.append(finding)
                if not json:
                    self._tell(finding)
            if mail:
                self._mail(found)
        if json:
            self._tell_program(found)
        if any(finding.level == Level.FAULT for finding in found):
            sys.exit(1)

    def _mail(self, found: list[Finding]) -> None:
        try:
            alerts.tell(found)
        except (OSError, SMTPException) as error:
            raise CommandError(f"The mail to {settings.OPERATOR_MAIL} is not out, and is tried again: {error}") from error

    def _tell(self, finding: Finding) -> None:
        shown = " · ".join(filter(None, (finding.place, finding.value)))
        self.stdout.write(f"{SIGNS[finding.level]:>2}  {finding.check:<28}{shown}")
        for line in filter(None, (finding.rule, finding.remedy)):
            self.stdout.write(f"{'':<32}{line}")
        self.stdout.flush()

    def _tell_program(self, found: list[Finding]) -> None:
        levels = [finding.level for finding in found]
        counts = {str(level): levels.count(level) for level in Level}
        self.stdout.write(json.dumps({**counts, "findings": [one.as_dict() for one in found]}, ensure_ascii=False, indent=1))
