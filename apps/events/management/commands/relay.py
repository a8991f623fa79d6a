import asyncio
import contextlib
import signal

from django.core.management.base import BaseCommand
from django.db import connections

from apps.events.relay import Relay


class Command(BaseCommand):
    help = "Publish the outbox: live messages, notifications, activity counts. Several may run; one works, the others wait."

    def handle(self, **options):
        settings = connections["system"].get_connection_params()
        keys = ("host", "port", "dbname", "user", "password")
        dsn = " ".join(f"{key}='{settings[key]}'" for key in keys if settings.get(key))

        async def main():
            task = asyncio.ensure_future(Relay(dsn).run())
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
            with contextlib.suppress(asyncio.CancelledError):
                await task

        asyncio.run(main())
