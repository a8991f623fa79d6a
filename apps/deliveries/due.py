"""What is due, as events of a calendar (RFC 5545): deliveries that are expected, and days for which goods were promised."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Calendar, Event

from apps.orders import selectors as orders
from apps.tenancy.models import localized
from apps.tenancy.roles import Side

from . import selectors
from .statuses import EXPECTED

BEHIND, AHEAD = timedelta(days=30), timedelta(days=120)
READ_AGAIN = timedelta(hours=1)  # what a calendar that subscribes is asked to do
MOST = 500  # events of each kind


def due_calendar(*sides: Side) -> bytes:
    """All-day events, a month back and four months ahead; each keeps its identity, so that a file read again moves it.

    Two statements a side.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Dure//deliveries//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Deliveries that are due"))
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")  # the same, as older programs know it
    for side in sides:
        for event in (*_expected(side), *_promised(side)):
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def version_of(content: bytes) -> str:
    """The same for the same events, whenever they were written down."""
    return hashlib.sha256(b"\n".join(line for line in content.splitlines() if not line.startswith(b"DTSTAMP"))).hexdigest()


def _event(key: str, day: date, words: str, place: str, path: str) -> Event:
    event = Event()
    event.add("uid", f"{key}@{settings.PUBLIC_URL.rpartition('/')[2]}")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", words)
    event.add("location", place)
    event.add("url", f"{settings.PUBLIC_URL}{path}")
    event.add("transp", "TRANSPARENT")
    return event


def _expected(side: Side) -> Iterator[Event]:
    """A delivery that was announced and not received yet, on the day of its arrival."""
    today = timezone.localdate()
    rows = selectors.shipments(side).filter(status__in=EXPECTED, planned_arrival_on__range=(today - BEHIND, today + AHEAD))
    rows = rows.select_related(side.other, "destination_site").order_by("planned_arrival_on", "pk")
    for row in rows[:MOST]:
        facts = {"number": row.number, "partner": getattr(row, side.other).name}
        said = _("%(number)s comes from %(partner)s") if side is Side.BUYER else _("%(number)s is due at %(partner)s")
        path = reverse("deliveries:shipment", args=[row.pk])
        yield _event(f"delivery-{row.pk}", row.planned_arrival_on, said % facts, str(row.destination_site), path)


def _promised(side: Side) -> Iterator[Event]:
    """What was confirmed and is not announced yet, all lines of a day, a partner and a site together."""
    today = timezone.localdate()
    names = (f"order__{side.other}__legal_name", f"order__{side.other}__name_en")
    site = ("order__receiving_site__name", "order__receiving_site__name_en")
    rows = orders.lines_promised(side, today - BEHIND, today + AHEAD)
    keys = ("confirmed_date", "relation_id", f"order__{side.other}_id", "order__receiving_site_id")
    counted = rows.values_list(*keys, *names, *site).annotate(n=Count("id")).order_by(*keys)
    for day, relation, firm, place, own, english, name, name_en, n in counted[:MOST]:
        facts = {"n": n, "partner": localized(own, english)}
        if side is Side.BUYER:
            said = ngettext("%(n)s line promised by %(partner)s", "%(n)s lines promised by %(partner)s", n)
        else:
            said = ngettext("%(n)s line to ship to %(partner)s", "%(n)s lines to ship to %(partner)s", n)
        asked = {"side": side.value, "view": "open", "partner": firm, "due_from": day, "due_until": day}
        path = f"{reverse('orders:list')}?{urlencode(asked)}"
        yield _event(f"promise-{relation}-{place}-{day}", day, said % facts, localized(name, name_en), path)
