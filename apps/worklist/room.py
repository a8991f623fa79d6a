"""Work by the line: what stops a line first, who must act, and the act in the same place. It keeps nothing of its own."""

from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Entry, Room

ROOM = Room(
    floor=8,
    pages="work/",
    api="api/",
    beside_lines="beside.beside_lines",
    navigation=(
        Entry("work", _("Work by the line"), "list-checks", "work:lines", "view_outlook", "buys", place=15),
        Entry("offers", _("Change proposals"), "message-square-diff", "work:offers", "view_outlook", "buys", place=35),
    ),
)
