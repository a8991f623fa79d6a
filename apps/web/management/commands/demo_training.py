import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.web.demo import training


class Command(BaseCommand):
    help = (
        "The example federation: `tokens` prints what its factories join with, `start` starts a run that can be watched, "
        "`release` waits for its end and releases its model."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=("tokens", "start", "release"))
        parser.add_argument("--homes", type=Path, help="folder of the factories; their rows are written there")
        parser.add_argument("--run", type=int, help="whose model to release")

    def handle(self, *args: Any, act, homes, run, **options: Any) -> None:
        if act == "start":
            self.stdout.write(str(training.start()))
        elif act == "release":
            if not training.release(run):
                raise CommandError(f"run {run} ended without a model; its page says why")
        else:
            self.stdout.write(json.dumps(self._tokens(homes)))

    def _tokens(self, homes) -> list[dict[str, Any]]:
        found = training.tokens(settings.PUBLIC_URL)
        for site in found:
            training.write_rows(site["factory"], homes / site["number"] / "rows", training.open_lots(int(site["number"])))
        return found
