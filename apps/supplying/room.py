"""A supplier's day, line by line: what to answer, what to ship, what is at risk and why. It keeps nothing of its own."""

from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Entry, Room

ROOM = Room(
    floor=8,
    pages="supplying/",
    api="api/",
    badges="asked.badges",
    navigation=(
        Entry(
            "answers",
            _("To answer"),
            "message-square-reply",
            "supplying:answers",
            "answer_order",
            "supplies",
            "asked",
            place=12,
        ),
    ),
)
