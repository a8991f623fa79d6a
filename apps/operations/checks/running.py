"""What runs beside the web process: Redis, channels, worker, clock, relay."""

import secrets
import time

import redis as redis_client
from asgiref.sync import async_to_sync
from celery import current_app
from channels.layers import get_channel_layer
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.events.selectors import unpublished
from apps.leaving.services import LEAVING, overdue
from apps.tenancy.scope import unscoped

from .. import tasks
from ..findings import Look, check, fault, warning

OLDEST_REDIS = 6
WAIT_S = 8.0
BEATS_S = 300  # the clock sends one a minute
MANY_TASKS = 1000
OVERDUE_DAYS, NAMED = 1, 5
LAG_S = 120  # as `health/ready`
REDIS = ("redis",)


def _without_password(url: str) -> str:
    return url.rpartition("@")[2] if "@" in url else url.partition("//")[2]


@check("redis")
def redis() -> Look:
    place = _without_password(settings.REDIS_URL)
    try:
        with redis_client.Redis.from_url(settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3) as client:
            version = str(client.info("server")["redis_version"])
    except redis_client.RedisError as error:
        return fault(place, str(error), _("Redis or Valkey answers"), _("Start it; compare REDIS_URL."))
    if int(version.partition(".")[0]) < OLDEST_REDIS:
        return fault(place, version, _("version %(n)s or newer") % {"n": OLDEST_REDIS}, _("Install a newer one."))
    return Look(place, version)


@check("channels", needs=REDIS)
def channels() -> Look:
    """A message goes through the channel layer and comes back."""

    async def round_trip() -> float:
        import asyncio

        layer = get_channel_layer()
        name = await layer.new_channel()
        begun = time.monotonic()
        await layer.send(name, {"type": "doctor"})
        await asyncio.wait_for(layer.receive(name), 5)
        return time.monotonic() - begun

    try:
        seconds = async_to_sync(round_trip)()
    except TimeoutError:
        rule = _("a message comes back within 5 s")
        return fault("CHANNEL_LAYERS", _("nothing came back"), rule, _("Look whether Redis lets publish and subscribe."))
    return Look("CHANNEL_LAYERS", f"{seconds * 1000:.0f} ms")


@check("worker", needs=REDIS)
def worker() -> Look:
    """A task comes back: broker and a worker are there."""
    word, begun = secrets.token_hex(8), time.monotonic()
    tasks.echo.apply_async(kwargs={"word": word}, expires=WAIT_S * 2)
    while time.monotonic() - begun < WAIT_S:
        if cache.get(tasks.ECHO + word):
            return Look("celery worker", f"{time.monotonic() - begun:.1f} s")
        time.sleep(0.05)
    rule = _("a task is done within %(n)s s") % {"n": int(WAIT_S)}
    return fault("celery worker", _("no answer"), rule, _("Start the worker, or look into its log."))


@check("tasks.queue", needs=REDIS)
def queue() -> Look:
    with redis_client.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=3) as broker:
        waiting = broker.llen(current_app.conf.task_default_queue)
    if waiting > MANY_TASKS:
        rule = _("fewer than %(n)s tasks wait") % {"n": MANY_TASKS}
        return fault("celery", str(waiting), rule, _("Start more workers, or look what holds the one up."))
    return Look("celery", str(waiting))


@check("tasks.clock", needs=(*REDIS, "worker"))
def clock() -> Look:
    """When a task of the clock was done last: how old the queue is."""
    remedy = _("Start `celery -A cluster.celery beat`: once, on one machine.")
    rule = _("the clock's task is done every minute")
    beat = cache.get(tasks.BEAT)
    if beat is None:
        return warning("celery beat", _("never seen"), rule, remedy)
    age = time.time() - beat
    if age > BEATS_S:
        return fault("celery beat", _("%(n)s s ago") % {"n": f"{age:.0f}"}, rule, remedy)
    return Look("celery beat", _("%(n)s s ago") % {"n": f"{age:.0f}"})


@check("relay", needs=("database.reachable", "database.migrations"))
def relay() -> Look:
    with unscoped(reason="health: how long the oldest event waits to be published"):
        oldest, waiting = unpublished()
    lag = (timezone.now() - oldest).total_seconds() if oldest else 0.0
    if lag > LAG_S:
        rule = _("an event is published within %(n)s s") % {"n": LAG_S}
        value = _("%(n)s wait, the oldest since %(s)s s") % {"n": waiting, "s": f"{lag:.0f}"}
        return fault("manage.py relay", value, rule, _("Start the relay, or look into its log."))
    return Look("manage.py relay", _("%(n)s wait") % {"n": waiting})


@check("departures", needs=("database.reachable", "database.migrations"))
def departures() -> Look:
    """A firm whose last day has passed is out by the next day: else it goes on seeing what it should not."""
    with unscoped(reason=LEAVING):
        late = list(overdue(days=OVERDUE_DAYS).values_list("pk", "last_day"))
    if late:
        value = ", ".join(f"{pk} ({day:%Y-%m-%d})" for pk, day in late[:NAMED])
        rule = _("a firm is out of its cluster on the day after its last one")
        return fault("departures", value, rule, _("Look for “departure” and its number in the worker's log."))
    return Look("departures", _("none is overdue"))
