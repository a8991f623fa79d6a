"""Outlook, scorecards and first pages: reads everything below, and writes what a grant lets suppliers know of it."""

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Entry, Room

ROOM = Room(
    floor=7,
    pages="tower/",
    api="api/",
    navigation=(
        Entry("outlook", _("Supply outlook"), "chart-line", "tower:outlook", "view_outlook", "trades", place=60),
        Entry("forecasts", _("Demand forecasts"), "trending-up", "tower:forecasts", "view_outlook", "buys", place=61),
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
    schedule={"days-of-supply": ("tasks.tell_all_covers", crontab())},
    system_jobs=("days of supply: finds the firms that share theirs",),
    exported=("CustomerCover",),
)
