"""Capacity of resources and part groups by week, and the load that plans and customers put on it."""

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Entry, Room

ROOM = Room(
    floor=6,
    pages="capacity/",
    api="api/",
    navigation=(Entry("capacity", _("Capacity"), "layers", "capacity:groups", "view_capacity", "trades", place=53),),
    at_parting="agreeing.relations_ended",
    schedule={"tell-capacity": ("tasks.tell_everybody", crontab(minute="4-59/5"))},
    example_present="example.create_present",
    system_jobs=("capacity: finds the firms that share theirs with customers",),
    enums={"GroupKind": "models.GroupKind"},
    exported=("CapacityGroup", "CapacityPart", "CapacityWeek", "CapacityAgreement"),
    not_exported={"ToldCapacity": "capacity and load, as customers may know them: made anew from those"},
)
