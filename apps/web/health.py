"""Is this process alive, and is what it needs at hand? For proxies and supervisors; tells nothing about anybody's data."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import redis
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from redis.exceptions import RedisError

from apps.events.selectors import unpublished
from apps.tenancy.scope import unscoped

# The relay publishes within a second and catches up with hundreds a second: older than this, it stands still.
TOO_OLD = timedelta(minutes=2)
Waiting = dict[str, int | None]  # None: not known now


def _database(waiting: Waiting) -> str:
    with unscoped(reason="health: how long the oldest event waits to be published"):
        oldest, waiting["outbox"] = unpublished()
    if oldest and timezone.now() - oldest > TOO_OLD:
        return f"an event waits to be published since {oldest.isoformat(timespec='seconds')}; is the relay running?"
    return ""


def _redis(waiting: Waiting) -> str:
    cache.get("health")
    return ""


def _tasks(waiting: Waiting) -> str:
    """A number for the operator and no more: a broker that does not tell it makes nothing fail."""
    with suppress(RedisError, OSError), redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2) as broker:
        waiting["tasks"] = broker.llen(current_app.conf.task_default_queue)
    return ""


# What is looked at, and what fails when the look says so in words.
LOOKS: dict[str, tuple[Callable[[Waiting], str], str]] = {
    "database": (_database, "outbox"),
    "redis": (_redis, "redis"),
    "tasks": (_tasks, "tasks"),
}


@require_GET
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_GET
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Database, Redis and the outbox's age; 503 names what fails. How many events and tasks wait stands beside it."""
    waiting: Waiting = {"outbox": None, "tasks": None}
    failing = {}
    for part, (look, told) in LOOKS.items():
        try:
            if words := look(waiting):
                failing[told] = words
        except (DatabaseError, RedisError, OSError) as error:
            failing[part] = type(error).__name__
    if failing:
        return JsonResponse(
            {"status": "failing", "failing": failing, "waiting": waiting}, status=503, headers={"Retry-After": "5"}
        )
    return JsonResponse({"status": "ok", "waiting": waiting})
