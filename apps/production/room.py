"""What was made: reports, what they took out of stock, and the daily grid of a small firm."""

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Entry, Kind, Room

ROOM = Room(
    floor=6,
    shop_floor=("view_production", "report_production"),
    pages="production/",
    api="api/",
    navigation=(Entry("production", _("Production"), "factory", "production:daily", "view_production", "trades", place=52),),
    incoming=("incoming.ProductionRows",),
    example_present="example.create_present",
    kinds=(Kind("production", _("Production"), 37),),
    schedule={"tell-customers": ("tasks.tell_everybody", crontab(minute="2-59/5"))},
    system_jobs=("production: finds the firms that share theirs with customers",),
    enums={"RejectReason": "models.RejectReason", "ToldKind": "models.ToldKind"},
    exported=("ProductionReport", "Missing"),
    not_exported={"Told": "reports and plans in force, as customers may know them: made anew from those"},
)
