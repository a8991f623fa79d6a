"""What customers need: the list of parts, and one part week by week beside its open orders."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.accounts.pages import page
from apps.common.charts import Series, chart
from apps.common.dates import day_text
from apps.common.errors import NotFound
from apps.masterdata import selectors as masterdata
from apps.planning.changes import Change
from apps.planning.models import Commitment
from apps.planning.telling import Amounts
from apps.tenancy.checks import side_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer
from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from .cover_views import OfferForm
from .covers import cover_text, covers_seen, offers
from .customers import CustomerNeed, Span, customer_needs, spans
from .lists import CustomerList

WEEKS = 26
CHANGES = 8  # shown here; the release shows all


class UnknownCustomerNeed(NotFound):
    code = "unknown_customer_need"


@require_GET
@page("view_released_demand")
def customers(request: HttpRequest) -> HttpResponseBase:
    asked = CustomerList(request.GET)
    context = {"offers": [], "form": None} if "show" in request.GET or "file" in request.GET else _offers(asked.side)
    return answer(request, asked, "tower/customers.html", **context)


def _offers(side: Side) -> dict[str, Any]:
    """Offers of days of supply that one made, or that wait for one, for whom they are to decide on."""
    if "manage_sharing" not in require_scope().acts:
        return {"offers": [], "form": None}
    own = require_scope().organization_id
    mine = [row for row in offers() if (row.organization_id if side is Side.BUYER else row.receiver_id) == own]
    return {"offers": mine, "form": OfferForm() if side is Side.BUYER else None}


@require_GET
@page("view_released_demand")
def customer(request: HttpRequest, pk: int, site: int) -> HttpResponse:
    """One part at one site: 26 weeks, firm and not, with open orders on the same axis, and what the release changed."""
    part = masterdata.partner_parts().filter(pk=pk).first()
    side = side_of(part) if part else Side.SUPPLIER
    found = [need for need in (customer_needs(side, parts=[pk]) if part else []) if need.told.release.site_id == site]
    if not found:
        raise UnknownCustomerNeed(place="part", value=pk)
    (need,) = found
    shown = spans(need, WEEKS, _day(request.GET.get("open", "")))
    told = need.told
    context = {
        "need": need,
        "told": told,
        "part": told.part,
        "partner": told.part.supplier if side is Side.BUYER else told.part.buyer,
        "is_supplier": side is Side.SUPPLIER,
        "spans": shown,
        "levels": [
            (label, [span.levels[level - 1] if span.is_known else None for span in shown])
            for level, label in Commitment.choices
            if any(span.levels[level - 1] for span in shown)
        ],
        "chart": _chart(need, [span for span in shown if span.is_week]),
        "changed": [{"change": change, "firm": _firm(change)} for change in told.changes[:CHANGES]],
        "left": max(len(told.changes) - CHANGES, 0),
        "more": need.more,
        "cover": cover_text(covers_seen([pk]).get((pk, site))) if side is Side.SUPPLIER else None,
    }
    return render(request, "tower/customer.html", context)


def _firm(change: Change[Amounts]) -> dict[str, Decimal] | None:
    """The firm part before and now, where it has changed."""
    old, new = (said[1][0] if said else Decimal(0) for said in (change.old, change.new))
    return {"old": old, "new": new} if old != new else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _chart(need: CustomerNeed, weeks: list[Span]) -> Any:
    unit = str(unit_text(need.told.unit))
    words = [
        _("%(day)s: %(firm)s firm, %(more)s not firm, %(asked)s ordered (%(unit)s)")
        % {
            "day": day_text(span.first),
            "firm": quantity_text(span.firm),
            "more": quantity_text(span.more),
            "asked": quantity_text(span.asked),
            "unit": unit,
        }
        if span.is_known
        else _("%(day)s: nothing is known") % {"day": day_text(span.first)}
        for span in weeks
    ]
    lines = [
        Series(_("Needed in all"), [span.needed if span.is_known else None for span in weeks], "second"),
        Series(_("of it firm"), [span.firm if span.is_known else None for span in weeks]),
        Series(_("Open orders"), [Decimal(span.asked) for span in weeks], "wished"),
    ]
    labels = [str(span.first.isocalendar().week) for span in weeks]
    return chart(labels, lines, words=words, unit=unit, height=180)
