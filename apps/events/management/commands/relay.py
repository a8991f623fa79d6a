import asyncio
import contextlib
import signal
from typing import Any

from django.core.management.base import BaseCommand

from apps.events.relay import Relay, system_dsn


class Command(BaseCommand):
    help = "Publish the outbox: live messages, notifications, activity counts. Several may run; one works, the others wait."

    def handle(self, **options: Any) -> None:
        async def main() -> None:
            task = asyncio.ensure_future(Relay(system_dsn()).run())
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
            with contextlib.suppress(asyncio.CancelledError):
                await task

        asyncio.run(main())
