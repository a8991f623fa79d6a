"""The first day of an installation, and what a firm's first days need."""

from django.utils.translation import gettext_lazy as _

from apps.common.rooms import CLUSTER, Entry, Room

ROOM = Room(
    floor=4,
    pages="",
    checklist="checklist.checklist",
    navigation=(Entry("start", _("First days"), "list-checks", "joining:start", "manage_people", group=CLUSTER, place=0),),
    at_start="first_code.announce",
    system_jobs=("day one: an empty installation has no firm and nobody",),
)
