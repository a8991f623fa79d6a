"""The shell: frame, first page, search, members."""

from django.utils.translation import gettext_lazy as _

from apps.common.rooms import CLUSTER, Entry, Room

ROOM = Room(
    floor=8,
    pages="",
    navigation=(
        Entry("today", _("Today"), "layout-dashboard", "web:today", place=10),
        Entry("members", _("Members"), "users", "web:members", "view_members", group=CLUSTER, place=2),
    ),
    system_jobs=("health: how long the oldest event waits to be published",),
)
