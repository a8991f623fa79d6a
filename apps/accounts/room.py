"""People, roles, the door and tokens."""

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from apps.common.rooms import FIRM, Entry, Room

ROOM = Room(
    floor=3,
    pages="account/",
    api="api/",
    checklist="checklist.checklist",
    navigation=(
        Entry("people", _("People"), "id-card", "accounts:people", "manage_people", group=FIRM, place=1),
        Entry("tokens", _("API tokens"), "key-round", "accounts:tokens", "manage_tokens", group=FIRM, place=2),
    ),
    incoming=("incoming.PeopleRows",),
    schedule={
        "invitations": ("tasks.send_waiting_invitations", crontab()),
        "purge": ("tasks.purge_expired", crontab(minute=40, hour=18)),
    },
    system_jobs=("expiry: removes expired keys and closed invitations of all organizations",),
    exported=(
        "User",
        "User_groups",
        "Membership",
        "StandIn",
    ),
    not_exported={
        "Invitation": "a link of this installation, with its secret",
        "ApiToken": "a secret of this installation",
        "Tablet": "a device that this installation knows by a secret",
        "IdempotentRequest": "guards calls of a day",
    },
)
