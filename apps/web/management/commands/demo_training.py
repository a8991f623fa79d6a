import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.web.demo import training


class Command(BaseCommand):
    help = "The example federation: `tokens` prints what its factories join with, `start` starts a run that can be watched."

    def add_arguments(self, parser):
        parser.add_argument("act", choices=("tokens", "start"))
        parser.add_argument("--homes", type=Path, help="folder of the factories; their rows are written there")

    def handle(self, *args, act, homes, **options):
        if act == "start":
            self.stdout.write(f"/training/runs/{training.start()}/")
            return
        found = training.tokens(settings.PUBLIC_URL)
        for site in found:
            training.write_rows(site["factory"], homes / site["number"] / "rows")
        self.stdout.write(json.dumps(found))
