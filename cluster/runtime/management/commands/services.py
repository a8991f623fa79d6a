import subprocess
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cluster.runtime import services, users


class Command(BaseCommand):
    help = (
        "Embedded PostgreSQL and Valkey of this checkout: up, down, status, watch, run a command with them, or remove-users."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["up", "down", "status", "watch", "run", "remove-users"])
        parser.add_argument("words", nargs="*", help="with run: the command, after --")

    def handle(self, act: str, words: list[str], **options: Any) -> None:
        try:
            getattr(self, act.replace("-", "_"))(words)
        except RuntimeError as error:
            raise CommandError(str(error)) from error

    def up(self, words: list[str]) -> None:
        services.up(self.stdout.write)

    def down(self, words: list[str]) -> None:
        services.down(self.stdout.write)

    def status(self, words: list[str]) -> None:
        for name, address, is_up in services.status():
            self.stdout.write(f"{name:<12}{address:<20}{'up' if is_up else 'down'}")
        if not services.embedded():
            self.stdout.write("DATABASE_URL and REDIS_URL are set: no embedded server.")

    def watch(self, words: list[str]) -> None:
        services.watch(self._say)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def remove_users(self, words: list[str]) -> None:
        self.stdout.write(f"removed: {', '.join(users.remove()) or 'none, there was no user of ours'}")

    def run(self, words: list[str]) -> None:
        """Start what is down, run the command, stop again what this call has started."""
        started = services.up(self.stdout.write)
        self.stdout.flush()
        try:
            code = subprocess.call(words)
        finally:
            if started:
                services.down(self.stdout.write)
        sys.exit(code)
