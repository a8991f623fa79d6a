"""What an operator needs: looking at an installation, and being told when something fails."""

from celery.schedules import crontab

from apps.common.rooms import Room

ROOM = Room(floor=8, schedule={"heartbeat": ("tasks.heartbeat", crontab())})
