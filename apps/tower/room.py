"""Outlook, scorecards and first pages: reads everything below, changes nothing."""

from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Entry, Room

ROOM = Room(
    floor=7,
    pages="tower/",
    api="api/",
    navigation=(
        Entry("outlook", _("Supply outlook"), "chart-line", "tower:outlook", "view_outlook", "trades", place=60),
        Entry(
            "customers",
            _("Customer demand"),
            "calendar-range",
            "tower:customers",
            "view_released_demand",
            "supplies",
            place=62,
        ),
        Entry("scorecards", _("Scorecards"), "gauge", "tower:scorecards", "view_scorecards", "trades", place=70),
    ),
)
