"""The worker's signs of life: what the clock sends each minute, and what the doctor sends to see it come back."""

import time

from celery import shared_task
from django.core.cache import cache

BEAT = "operations:beat"
ECHO = "operations:echo:"
KEPT_S = 7 * 24 * 3600


@shared_task
def heartbeat() -> None:
    """Every minute: clock, broker and worker were all there."""
    cache.set(BEAT, time.time(), KEPT_S)


@shared_task
def echo(*, word: str) -> None:
    cache.set(ECHO + word, time.time(), 60)
