"""Tables that come in, and historical imports."""

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Entry, Room

ROOM = Room(
    floor=7,
    pages="imports/",
    api="api/",
    navigation=(Entry("imports", _("Import"), "file-up", "exchange:imports", "import_tables", "trades", place=95),),
    schedule={"forget-imported-files": ("tasks.forget_files", crontab(minute=40, hour=3))},
    system_jobs=("imported files: removes those of all organizations after thirty days",),
    enums={"ImportState": "models.ImportState", "ImportRowState": "models.RowState"},
    incoming=("past.PastDeliveryRows",),
    example_present="example.create_present",
    exported=("ImportLayout", "ImportWord"),
    not_exported={
        "Import": "a file on its way in; what came of it stands in its own rows",
        "ImportRow": "a file on its way in; what came of it stands in its own rows",
        "StagedDelivery": "a file on its way in",
        "StagedDefect": "a file on its way in",
    },
)
