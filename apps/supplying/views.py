"""Pages of a supplier's day."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.pages import attempt, page
from apps.common.errors import DomainError, NotFound
from apps.common.typed import whole
from apps.deliveries import services as deliveries
from apps.orders import forms, services
from apps.orders.exceptions import UnknownLine
from apps.ui.answers import answer, back
from apps.ui.bulk import MOST, rows_read, run
from apps.ui.exceptions import NothingChosen

from .answer_list import AnswerList, accepting
from .risk_list import RiskList
from .ship_list import ShipList


@require_GET
@page("view_orders")
def answers(request: HttpRequest) -> HttpResponseBase:
    """All that customers wait for, what is due first on top."""
    return answer(request, AnswerList(request.GET), "supplying/answers.html")


@require_POST
@page("answer_order")
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Promise one line as it is asked for, as it was read."""
    found, error = attempt(services.accept_asked, schedule_line_ids=[pk], seen=_seen(request, pk))
    return _back(request, _refusal(found, error, pk), _("Promised as requested."))


@require_POST
@page("answer_order")
def accept_many(request: HttpRequest) -> HttpResponse:
    """Promise the lines of one customer as the page showed them; what came of it is kept."""
    seen = rows_read(request.POST.getlist("line"))
    if not 0 < len(seen) <= MOST:
        raise NothingChosen(place="line", value=len(seen))
    asked = AnswerList({})
    names = {row.line.id: asked.label(row) for row in asked.named(list(seen))}
    rows = [(pk, names.get(pk, str(pk))) for pk in seen]
    kept = run(accepting(seen), rows, unfit={}, listing=asked.name, query=asked.kept_query, is_whole=False)
    if any(words for _pk, _label, words, _said in kept.rows):
        return redirect("kept:result", kept.pk)
    messages.success(request, _("Promised as requested: %(n)s lines.") % {"n": len(rows)})
    return redirect("supplying:answers")


@require_POST
@page("answer_order")
def reply(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Answer one line with other parts and a reason, or refuse what is asked on it."""
    asked = AnswerList(request.GET)
    row = next(iter(asked.named([pk])), None)
    refuses = f"refuse-{pk}" in request.POST
    reason = request.POST.get("reason", "")
    if row is None:  # answered meanwhile, or nobody's of this firm: the service knows which
        found, error = attempt(services.answer_lines, answers=[services.Answer(pk, [], reason)])
        return _back(request, _refusal(found, error, pk), "")
    portions = list(zip(request.POST.getlist(f"quantity-{pk}"), request.POST.getlist(f"date-{pk}"), strict=False))
    typed = forms.AnswerRow(row.found.row.line, row.found.row, portions or row.reply.portions, reason)
    parts = [] if refuses else next((parts for _row, parts in forms.read_rows([typed])), [])
    error = None
    if not typed.errors:
        found, error = attempt(
            services.answer_lines,
            answers=[services.Answer(pk, parts, reason)],
            seen=_seen(request, pk),
            is_confirmed=f"confirmed-{pk}" in request.POST,
        )
        error = _refusal(found, error, pk)
        if error is None:
            return _back(request, None, _("Your answer to %(line)s has been sent.") % {"line": asked.label(row)})
        if not error.place.startswith("answers["):
            return _back(request, error, "")
        for one in (error, *error.others):
            typed.mark(one)
    fresh = AnswerList(request.GET)
    fresh.typed = {pk: typed}
    return answer(request, fresh, "supplying/answers.html", status=422)


@require_GET
@page("view_orders")
def shipping(request: HttpRequest) -> HttpResponseBase:
    """What leaves today and this week, with packages proposed."""
    return answer(request, ShipList(request.GET), "supplying/shipping.html")


@require_POST
@page("ship")
def announce(request: HttpRequest) -> HttpResponse:
    """One delivery of what the page showed for a site; what of it was left out is named."""
    ids = list(rows_read(request.POST.getlist("line")))
    if not 0 < len(ids) <= MOST:
        raise NothingChosen(place="line", value=len(ids))
    told, error = attempt(deliveries.announce_lines, schedule_line_ids=ids)
    if error is not None:
        raise error
    for refused in dict.fromkeys(one.words for one in told.refused.values()):
        messages.error(request, refused)
    if not told.shipments:
        return redirect("supplying:shipping")
    numbers = ", ".join(shipment.number for shipment in told.shipments)
    messages.success(request, _("Delivery %(number)s has been announced.") % {"number": numbers})
    return redirect("deliveries:shipment", told.shipments[0].pk)


@require_GET
@page("view_orders")
def risks(request: HttpRequest) -> HttpResponseBase:
    """Promises that may not be kept, and why."""
    return answer(request, RiskList(request.GET), "supplying/risks.html")


def _seen(request: HttpRequest, pk: int) -> dict[int, int]:
    seen = whole(request.GET.get("seen", ""))
    return {} if seen is None else {pk: seen}


def _refusal(found: services.Refusals | None, error: DomainError | None, pk: int) -> DomainError | None:
    error = error or (found or {}).get(pk)
    if error is not None and error.code == UnknownLine.code:
        raise NotFound(place="schedule_line", value=pk)
    return error


def _back(request: HttpRequest, error: DomainError | None, said: str) -> HttpResponse:
    """To the list as it stood, with what came of the act."""
    return back(request, "supplying:answers", error, said, without=("seen",))
