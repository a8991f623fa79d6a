"""Inspection lots, decisions and non-conformances."""

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Desk, Entry, Kind, Room

ROOM = Room(
    floor=5,
    shop_floor=("view_inspections", "decide_inspection", "hear_decision"),
    pages="inspections/",
    api="api/",
    navigation=(
        Entry(
            "inspections",
            _("Inspections"),
            "microscope",
            "quality:list",
            "view_inspections",
            "trades",
            "inspect",
            _("lots to inspect"),
            place=40,
        ),
    ),
    badges="selectors.badges",
    desks=(
        Desk("decide_inspection", "inspections", "side=buyer&view=open", 20),
        Desk("hear_decision", "non-conformances", "side=supplier", 30),
    ),
    first_page="pages.first_page",
    kinds=(Kind("inspection", _("Inspections"), 40, of="buyer"),),
    enums={"LotStatus": "statuses.LotStatus"},
    schedule={"inspections": ("tasks.remind_all_overdue", crontab(minute=10, hour=22))},
    exported=(
        "InspectionLot",
        "UsageDecision",
        "NonConformance",
    ),
)
