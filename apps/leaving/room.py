"""A firm leaves a cluster, takes what is its own with it, and an empty installation reads it."""

from celery.schedules import crontab

from apps.common.rooms import Room

ROOM = Room(
    floor=7,
    pages="",
    schedule={
        "departures": ("tasks.finish_due", crontab(minute=10, hour=16)),
        "forget-exports": ("tasks.forget_exports", crontab(minute=35)),
    },
    system_jobs=(
        "leaving: a firm's part in a cluster is changed by nobody of the cluster alone",
        "exports: tells how far one is, and removes those of all firms that were kept long enough",
    ),
    exported=("Departure",),
    not_exported={"FirmExport": "a file that is written anew"},
)
