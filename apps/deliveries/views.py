"""Pages of deliveries: the list, announcing, one delivery, receiving by list or scan, and its papers."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.pages import act_view, attempt, log_of, page
from apps.common.typed import mark_error
from apps.orders import selectors as orders
from apps.tenancy.checks import side_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer, row_answer
from apps.ui.paper import pdf_answer, printed_by

from . import choosing, documents, forms, labels, selectors, services
from .exceptions import SurplusNotConfirmed, UnknownShipment
from .history import history
from .lists import ShipmentList
from .pages import LOOK, state_of
from .statuses import CANCELLABLE, EXPECTED, ShipmentStatus


@require_GET
@page("view_deliveries")
def shipment_list(request: HttpRequest) -> HttpResponseBase:
    """Deliveries by view, what comes next first, of what has come the latest."""
    return answer(request, ShipmentList(request.GET), "deliveries/list.html")


def _part(request, template: str, name: str) -> str:
    return f"{template}#{name}" if request.GET.get("part") == name else template


@require_GET
@page("view_deliveries")
def row(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One row, fetched again after a live signal."""
    found = selectors.all_shipments().filter(pk=pk).first()
    if found is None:
        raise UnknownShipment(place="shipment", value=pk)
    return row_answer(request, ShipmentList, found, side=side_of(found))


@require_GET
@page("view_deliveries")
def shipment(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery: the buyer receives here, the supplier prints and lets it leave."""
    found = selectors.shipment(pk)
    plate = request.GET.get("package", "")[:80]
    return _render(request, found, forms.receive_rows(found, plate=plate), plate=plate)


def _render(
    request: HttpRequest, found, rows, *, error=None, status=200, plate="", rest_later=None, asks=False
) -> HttpResponse:
    side = side_of(found)
    can = require_scope().acts
    receiving = side is Side.BUYER and found.status in EXPECTED and "receive_goods" in can
    partner = found.supplier if side is Side.BUYER else found.buyer
    changes, deeds = history(found)
    context = {
        "shipment": selectors.with_risks(found),
        "side": side,
        "partner": partner,
        "history": log_of(changes, partner, lambda change: LOOK[change.facts["status"]], deeds),
        "state": LOOK[state_of(found)],
        "can": can,
        "receive_rows": rows if receiving else [],
        "plate": plate,
        "rest_later": bool(plate) if rest_later is None else rest_later,
        "error": error,
        "asks_surplus": asks,
        "is_announced": found.status == ShipmentStatus.ANNOUNCED,
        "may_cancel": found.status in CANCELLABLE,
        "is_booked": any(line.shown_receipts for line in found.shown_lines),
        "is_departed": found.status == ShipmentStatus.DEPARTED,
    }
    template = "deliveries/shipment.html" if receiving else _part(request, "deliveries/shipment.html", "panel")
    return render(request, template, context, status=status)


@require_POST
@page("receive_goods")
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    """Book what stands marked as here."""
    found = selectors.shipment(pk)
    rows = forms.receive_rows(found, request.POST)
    here = [row for row in rows if row.is_here]
    rest_later = "rest_later" in request.POST
    receipt, error = attempt(
        lambda: services.receive_shipment(
            shipment_id=pk,
            received=forms.received_of(here),
            is_rest_missing=not rest_later,
            is_surplus_confirmed="surplus" in request.POST,
            note=request.POST.get("note", "")[:500],
        )
    )
    if error is None:
        messages.success(request, _("Receipt %(number)s has been booked.") % {"number": receipt.number})
        return redirect("deliveries:shipment", pk)
    if error.status == 404:
        raise error
    asks = isinstance(error, SurplusNotConfirmed) and forms.mark_surplus(here)
    remaining = None if asks or mark_error(here, error) else error
    return _render(request, found, rows, error=remaining, status=error.status, rest_later=rest_later, asks=asks)


@require_GET
@page("receive_goods")
def scan(request: HttpRequest) -> HttpResponse:
    """Where a scanned label leads: to its delivery, with the package marked."""
    text = request.GET.get("q", "")
    found = selectors.find_by_label(text)
    if found is None:
        messages.error(request, _("No delivery to your firm has the label “%(text)s”.") % {"text": text[:80]})
        return redirect("deliveries:list")
    plate = text.strip().rpartition("=")[2]
    response = redirect("deliveries:shipment", found.pk)
    if plate not in (found.number, found.tracking_number):
        response["Location"] += f"?{urlencode({'package': plate})}"
    return response


@require_http_methods(["GET", "POST"])
@page("ship")
def new(request: HttpRequest) -> HttpResponse:
    """Announce a delivery from confirmed lines of one customer and one receiving site."""
    places = orders.places_to_ship()
    wanted = request.POST.get("place") or request.GET.get("place") or ""
    place = next((p for p in places if p.key == wanted), places[0] if places else None)
    typed, error = None, None
    if place is not None:
        today, lines = timezone.localdate(), list(orders.lines_to_ship(place))
        asked = request.POST.get("only") or request.GET.get("only") or f"{choosing.ORDER}{request.GET.get('order', '')}"
        only, shown = choosing.chosen(lines, asked, today)
        # What was typed is kept, though its day has been changed since.
        shown += [line for line in lines if line not in shown and f"quantity-{line.pk}" in request.POST]
        tabs = choosing.choices(lines, only, place.key, today)
        typed = forms.NewShipment([forms.ShipRow(line) for line in shown])
        if request.method == "POST":
            typed.read(request.POST)
            shipment, error = attempt(lambda: services.announce_shipment(**typed.arguments()))
            if error is None:
                messages.success(request, _("Delivery %(number)s has been announced.") % {"number": shipment.number})
                return redirect("deliveries:shipment", shipment.pk)
            error = typed.mark(error)
        else:
            _prefill(typed, is_whole=only != choosing.ALL)
    context = {"places": places, "place": place, "typed": typed, "error": error, "today": timezone.localdate()}
    if place is not None:
        context |= {"tabs": tabs, "only": only}
    return render(request, "deliveries/new.html", context, status=422 if request.method == "POST" else 200)


def _prefill(typed: forms.NewShipment, *, is_whole: bool) -> None:
    """All that is open of what was chosen; of all lines together nothing, so that no tap announces weeks at once."""
    today = timezone.localdate()
    typed.departure = today.isoformat()
    for row in typed.rows if is_whole else []:
        row.portions[0].quantity = f"{row.schedule.to_ship_quantity.normalize():f}"
    typed.arrival = services.arrival_of([row.schedule for row in typed.rows if row.portions[0].quantity], today).isoformat()


ACTS = {
    "depart": ("ship", services.depart, gettext_lazy("Delivery %(number)s is on its way.")),
    "cancel": ("ship", services.cancel_shipment, gettext_lazy("Delivery %(number)s has been cancelled.")),
    "arrive": ("receive_goods", services.arrive, gettext_lazy("Delivery %(number)s has arrived.")),
}


depart, cancel, arrive = (
    act_view(*ACTS[name], argument="shipment_id", page_name="deliveries:shipment") for name in ("depart", "cancel", "arrive")
)


@require_GET
@page("view_deliveries")
def note_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.shipment(pk)
    return pdf_answer(documents.delivery_note(found, printed_by(request.user.name)), f"{found.number}.pdf")


@require_GET
@page("view_deliveries")
def labels_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.shipment(pk)
    return pdf_answer(labels.labels(found), f"{found.number}-labels.pdf")


@require_GET
@page("view_deliveries")
def statement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.shipment(pk)
    paper = documents.statement(found, selectors.prices_of_lines(found), printed_by(request.user.name))
    return pdf_answer(paper, f"{found.number}-statement.pdf")


@require_GET
@page("view_deliveries")
def receipt_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.shipment(pk)
    return pdf_answer(documents.receipt(found, printed_by(request.user.name)), f"{found.number}-receipt.pdf")
