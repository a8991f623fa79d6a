"""Bills of material, production plans, and the demand that follows from them."""

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Entry, Kind, Room

ROOM = Room(
    floor=4,
    pages="plans/",
    api="api/",
    navigation=(Entry("plans", _("Demand plans"), "calendar-range", "planning:plans", "view_plans", "buys", place=55),),
    incoming=("incoming.ProductionPlanRows", "incoming.DemandPlanRows", "incoming_bills.BillRows"),
    at_parting="showing.withdraw",
    schedule={"tell-suppliers": ("tasks.tell_everybody", crontab(minute="*/5"))},
    system_jobs=("demand: finds the firms that show theirs to suppliers",),
    example_present="example.create_present",
    kinds=(
        Kind("plan", _("Demand plans"), 35, of="buyer"),
        Kind("demand", _("Demand told to suppliers"), 36, of="buyer"),
    ),
    enums={
        "PlanKind": "models.PlanKind",
        "ReleaseState": "models.ReleaseState",
        "Commitment": "models.Commitment",
        "Bucket": "models.Bucket",
        "Shortage": "models.Shortage",
    },
    exported=(
        *("BillItem", "Release", "PlanRow", "Demand", "KnownDemand", "SafetyStock", "MakingRule"),
        *("SharedLevel", "Quota", "PartnerRelease", "ReleasedPart", "PartnerDemand"),
    ),
)
