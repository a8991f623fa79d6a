"""What readers keep of lists: views, what came of acts on many rows, and the worker that writes their files."""

from celery.schedules import crontab

from apps.common.rooms import Room

ROOM = Room(
    floor=4,
    pages="lists/",
    schedule={"forget-list-files": ("tasks.forget_files", crontab(minute=20))},
    system_jobs=("list files: removes workbooks of all organizations a day after they were asked for",),
)
