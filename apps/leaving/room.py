"""A firm leaves a cluster, takes what is its own with it, and an empty installation reads it."""

from celery.schedules import crontab

from apps.common.rooms import Room

ROOM = Room(
    floor=7,
    pages="",
    schedule={"departures": ("tasks.finish_due", crontab(minute=10, hour=16))},
    system_jobs=("leaving: a firm's part in a cluster is changed by nobody of the cluster alone",),
    exported=("Departure",),
)
