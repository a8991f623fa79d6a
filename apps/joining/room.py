"""The first day of an installation, clusters, firms that are invited, and what a firm's first days need."""

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from apps.common.rooms import CLUSTER, Entry, Room

ROOM = Room(
    floor=4,
    pages="",
    api="api/",
    navigation=(
        Entry("start", _("First days"), "list-checks", "joining:start", "manage_people", group=CLUSTER, place=0),
        Entry("clusters", _("Clusters"), "network", "joining:clusters", "manage_clusters", group=CLUSTER, place=3),
    ),
    checklist="checklist.checklist",
    schedule={
        "firm-invitations": ("tasks.send_waiting_firm_invitations", crontab()),
        "firm-invitations-purge": ("tasks.purge_firm_invitations", crontab(minute=50, hour=18)),
    },
    example_present="example.create_present",
    at_start="first_code.announce",
    system_jobs=("day one: an empty installation has no firm and nobody",),
    exported=(
        "Agreement",
        "Acceptance",
    ),
    not_exported={"FirstCode": "of this installation", "FirmInvitation": "a link of this installation, with its secret"},
)
