"""Is this process alive, and is what it needs at hand? For proxies and supervisors; tells nothing about anybody's data."""

from collections.abc import Callable
from datetime import timedelta

from django.core.cache import cache
from django.db import DatabaseError
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from redis.exceptions import RedisError

from apps.events.selectors import oldest_unpublished
from apps.tenancy.scope import unscoped

# The relay publishes within a second and catches up with hundreds a second: older than this, it stands still.
TOO_OLD = timedelta(minutes=2)


def _database() -> str:
    with unscoped(reason="health: how long the oldest event waits to be published"):
        oldest = oldest_unpublished()
    if oldest and timezone.now() - oldest > TOO_OLD:
        return f"an event waits to be published since {oldest.isoformat(timespec='seconds')}; is the relay running?"
    return ""


def _redis() -> str:
    cache.get("health")
    return ""


# What is looked at, and what fails when the look says so in words.
LOOKS: dict[str, tuple[Callable[[], str], str]] = {"database": (_database, "outbox"), "redis": (_redis, "redis")}


@require_GET
@never_cache
def live(request):
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_GET
@never_cache
def ready(request):
    """Database, Redis and the outbox's age; 503 names what fails."""
    failing = {}
    for part, (look, told) in LOOKS.items():
        try:
            if words := look():
                failing[told] = words
        except (DatabaseError, RedisError, OSError) as error:
            failing[part] = type(error).__name__
    if failing:
        return JsonResponse({"status": "failing", "failing": failing}, status=503, headers={"Retry-After": "5"})
    return JsonResponse({"status": "ok"})
