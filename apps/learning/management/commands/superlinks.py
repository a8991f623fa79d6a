import signal
import sys
from typing import Any

from django.core.management.base import BaseCommand

from apps.learning.superlinks import Keeper


class Command(BaseCommand):
    help = "Run the private SuperLink of every federation, and the runs on them; works until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        Keeper().run()
