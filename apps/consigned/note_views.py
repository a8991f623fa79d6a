"""Pages of consignment notes: the list, a new one, one with what came of it."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.pages import act_view, attempt, log_of, page
from apps.common.errors import DomainError
from apps.common.period import read_id
from apps.inventory import selectors as inventory
from apps.tenancy import selectors as tenancy
from apps.tenancy.checks import side_of
from apps.tenancy.models import Site, TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer, row_answer
from apps.ui.paper import pdf_answer, printed_by

from . import documents, forms, selectors, services
from .exceptions import UnknownNote
from .history import note_history
from .lists import NoteList
from .pages import look_of_note, note_states, partner_of
from .services.locking import sender_of
from .services.sending import lying_at
from .statuses import OPEN, NoteStatus


@require_GET
@page("view_material")
def notes(request: HttpRequest) -> HttpResponseBase:
    return answer(request, NoteList(request.GET), "consigned/notes.html")


@require_GET
@page("view_material")
def row(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One row, fetched again after a live signal."""
    found = selectors.all_notes().filter(pk=pk).first()
    if found is None:
        raise UnknownNote(place="note", value=pk)
    return row_answer(request, NoteList, found, side=side_of(found))


@require_GET
@page("view_material")
def note(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.note(pk)
    return _render(request, found, forms.receive_rows(found))


def _render(
    request: HttpRequest,
    found: Any,
    rows: list[forms.ReceiveRow],
    *,
    error: DomainError | None = None,
    rest_missing: bool = False,
    status: int = 200,
) -> HttpResponse:
    side, can = side_of(found), require_scope().acts
    is_sender = side is sender_of(found)
    is_open, may = found.status in OPEN, "move_material" in can
    partner = partner_of(found, side)
    changes, deeds = note_history(found)
    context = {
        "note": found,
        "side": side,
        "partner": partner,
        "origin": found.buyer_site if sender_of(found) is Side.BUYER else found.supplier_site,
        "target": found.supplier_site if sender_of(found) is Side.BUYER else found.buyer_site,
        "states": note_states(found),
        "receive_rows": rows if is_open and may and not is_sender else [],
        "may_cancel": may and is_sender and found.status == NoteStatus.SENT,
        "rest_missing": rest_missing,
        "error": error,
        "history": log_of(changes, partner, look_of_note, deeds),
    }
    is_panel = request.GET.get("part") == "panel" and not context["receive_rows"]
    return render(request, "consigned/note.html#panel" if is_panel else "consigned/note.html", context, status=status)


@require_POST
@page("move_material")
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    """Book what came."""
    found = selectors.note(pk)
    rows = forms.receive_rows(found, request.POST)
    rest_missing = "rest_missing" in request.POST
    done, error = attempt(
        lambda: services.receive(
            note_id=pk, arrived=forms.arrived_of(rows, is_rest_missing=rest_missing), is_rest_missing=rest_missing
        )
    )
    if error is None:
        messages.success(request, _("What came of %(number)s has been booked.") % {"number": done.number})
        return redirect("consigned:note", pk)
    if error.status == 404:
        raise error
    rest = forms.mark_rows(rows, error)
    return _render(request, found, rows, error=rest, rest_missing=rest_missing, status=error.status)


@require_GET
@page("view_material")
def note_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.note(pk)
    return pdf_answer(documents.consignment_note(found, printed_by(request.user.name)), f"{found.number}.pdf")


cancel = act_view(
    "move_material",
    services.cancel,
    gettext_lazy("%(number)s has been taken back."),
    argument="note_id",
    page_name="consigned:note",
)


@require_http_methods(["GET", "POST"])
@page("move_material")
def new(request: HttpRequest) -> HttpResponse:
    """The buyer hands material out, the supplier returns it: from one of the firm's sites to one of the partner's."""
    asked = request.POST if request.method == "POST" else request.GET
    side = tenancy.side_for_lists(asked.get("side"))
    relations = _relations(side)
    relation = _chosen(relations, asked.get("relation"), "relation")
    own_sites = list(tenancy.own_sites())
    site = _chosen(own_sites, asked.get("site"), "site")
    context: dict[str, Any] = {"side": side, "relations": relations, "relation": relation, "sites": own_sites, "site": site}
    typed, status = None, 200
    if relation is not None and site is not None:
        other_firm = relation.supplier_id if side is Side.BUYER else relation.buyer_id
        context["other_sites"] = list(Site.objects.filter(organization_id=other_firm, closed_at=None).order_by("code"))
        typed = forms.NewNote(_rows(relation, site, side))
        context["today"] = timezone.localdate()
        if request.method == "POST":
            typed.read(request.POST)
            status = 422
            done, error = attempt(lambda: services.send(**_arguments(typed, relation, site, side)))
            if error is None:
                messages.success(request, _("%(number)s is on its way.") % {"number": done.number})
                return redirect("consigned:note", done.pk)
            context["error"] = forms.mark_rows(typed.chosen, error)
    context["typed"] = typed
    return render(request, "consigned/new_note.html", context, status=status)


def _relations(side: Side) -> list[TradingRelation]:
    """Partners with whom material is agreed."""
    agreed = inventory.consigned_parts(side).order_by().values("relation")
    rows = TradingRelation.objects.on_side(side).filter(pk__in=agreed).select_related("buyer", "supplier")
    return list(rows.order_by(f"{side.other}__legal_name", "pk"))


def _chosen(found: list[Any], text: str | None, name: str) -> Any:
    wanted = read_id(text, name)
    return next((one for one in found if one.pk == wanted), found[0] if found else None)


def _rows(relation: TradingRelation, site: Site, side: Side) -> list[forms.SendRow]:
    """What may leave the site: of each material all that lies there, and at the holder each heap."""
    materials = {row.pk: row for row in inventory.consigned_parts(side).filter(relation=relation)}
    if side is Side.SUPPLIER:
        heaps = inventory.consigned_balances(side).filter(site=site, consigned_part__in=materials, quantity__gt=0)
        return [
            forms.SendRow(
                f"h{heap.pk}",
                materials[heap.consigned_part_id],
                heap.quantity,
                heap.lot,
                heap.status,
                heap.get_status_display(),
                True,
            )
            for heap in heaps.exclude(status="in_transit").order_by("consigned_part__number", "pk")
        ]
    offered = {pk: row for pk, row in materials.items() if row.ended_at is None}
    there = lying_at(offered, site, side)
    return [forms.SendRow(f"m{pk}", row, there.get(pk, Decimal(0))) for pk, row in offered.items()]


def _arguments(typed: forms.NewNote, relation: TradingRelation, site: Site, side: Side) -> dict[str, Any]:
    lines, arrives_on = typed.lines(), typed.arrives_on()
    other = read_id(typed.other_site, "other_site") or 0
    sites = (site.pk, other) if side is Side.BUYER else (other, site.pk)
    return {
        "relation_id": relation.pk,
        "buyer_site_id": sites[0],
        "supplier_site_id": sites[1],
        "lines": lines,
        "arrives_on": arrives_on,
        "note": typed.note,
    }
