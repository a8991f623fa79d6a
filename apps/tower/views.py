"""Pages of the tower: the outlook of parts, one part day by day, and scorecards that open to their lines."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.pages import attempt, log_of, page
from apps.common.errors import InvalidParameter, NotFound
from apps.common.period import months_later, read_month
from apps.common.typed import shown, whole
from apps.inventory import selectors as inventory
from apps.masterdata import selectors as masterdata
from apps.orders import selectors as orders
from apps.planning.forms import StockRuleForm
from apps.planning.stocking import StockRule, keep_stock_rule
from apps.tenancy import selectors as tenancy
from apps.tenancy.checks import require_act, side_of
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer
from apps.ui.paper import pdf_answer, printed_by
from apps.ui.texts import plain

from . import documents, need_pages, need_rows, needs, offer_pages, ordering, pages, scorecard, supply
from .exceptions import UnknownPartOutlook
from .forecast_pages import forecast_context
from .history import look_of_change, part_history, relation_history
from .lists import LineList, MonthList, OutlookList, ScoreList
from .offered import offer_text, offered
from .planned import planned_output
from .trend import read_target, trend


@require_GET
@page("view_outlook")
def outlook(request: HttpRequest) -> HttpResponseBase:
    """A buyer's parts with what comes later than requested, or a supplier's parts against its customers' orders."""
    return answer(request, OutlookList(request.GET), "tower/outlook.html")


@require_GET
@page("view_outlook")
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """One part, four weeks day by day: for its buyer with the lines behind the cells, for its supplier its own stock."""
    found = masterdata.partner_parts().filter(pk=pk).first()
    if found is None:
        raise UnknownPartOutlook(place="part", value=pk)
    today = timezone.localdate()
    context = {"part": found, "today": today, "movements": inventory.movements(pk)[:20]}
    side = side_of(found)
    changes, deeds = part_history(found)
    context["history"] = log_of(changes, found.buyer if side is Side.SUPPLIER else found.supplier, look_of_change, deeds)
    if side is Side.SUPPLIER:
        item = supply.commitments(parts=[pk]).get(pk)
        if item:
            grid = pages.commitment_grid(item, today, found.unit)
            context |= {"row": pages.commitment_row(item, found), "grid": grid}
        return render(request, "tower/supplied_part.html", context)
    item = supply.outlooks(parts=[pk]).get(pk)
    context["needs"] = need_rows.rows(needs.needs(parts=[found.part_id]))
    if item:
        grid = pages.grid(item, today, found.unit)
        context |= {"row": pages.outlook_row(item, found), "grid": grid, "causes": pages.causes(item)}
    return render(request, "tower/part.html", context | {"lines": orders.open_lines_of_part(pk)})


@require_GET
@page("view_outlook")
def need(request: HttpRequest, pk: int, site: int) -> HttpResponse:
    """One own part at one site: four weeks day by day from any week of 26, and what stands behind a day."""
    found = needs.needs(parts=[pk], horizon=needs.FAR_DAYS, with_rules=True).get((pk, site))
    if found is None:
        raise UnknownPartOutlook(place="part", value=pk)
    first = min(max((_date(request, "from", found.today) - found.today).days, 0), needs.FAR_DAYS - supply.HORIZON_DAYS)
    chosen = _date(request, "day", None)
    until = chosen or need_pages.first_short(found)
    kind = request.GET.get("kind", "") if request.GET.get("kind") in supply.KINDS else ""
    # A cell of one kind tells that day alone; the stock at its end is made of all that came until then.
    behind = needs.on_days(found, until if kind else found.today, until)
    offers = offered({(pk, site): found}).get((pk, site))
    context = {
        "need": found,
        "row": need_rows.Row(found, offers),
        "offers": [(line.order.pk, offer_text(line)) for line in offers.lines] if offers else [],
        "grid": need_pages.grid(found, first, supply.HORIZON_DAYS, planned_output(found), offers),
        "weeks": need_pages.weeks(found),
        "causes": need_pages.causes(found),
        "causes_then": need_pages.causes_on(found, until) if chosen else [],
        "chosen": chosen,
        "until": until,
        "sentences": need_pages.sentences(found, until),
        "first_day": need_pages.first_day(found),
        "handed": inventory.handed_out(pk),
        "drafted": ordering.in_drafts(pk, site),
        "documents": need_pages.documents(row for row in behind if not kind or row.kind == kind),
        "opened": kind,
        "kind": need_pages.KIND_WORDS.get(kind, ""),
        "plans": found.needed.plans if found.needed else [],
        "rule_form": _rule_form(found.rule) if "manage_plans" in require_scope().acts else None,
        **forecast_context(found),
    }
    return render(request, "tower/need.html", context)


def _rule_form(rule: StockRule) -> StockRuleForm:
    names = ("safety", "minimum", "maximum")
    initial: dict[str, Any] = {name: plain(getattr(rule, name)) for name in names}
    return StockRuleForm(initial=initial | {"is_up_to_maximum": rule.is_up_to_maximum})


@require_POST
@page("manage_plans")
def safety(request: HttpRequest, pk: int, site: int) -> HttpResponse:
    """Safety stock, minimum and maximum of a part at a site; all of them empty: none is kept."""
    form = StockRuleForm(request.POST)
    if form.is_valid():
        _done, error = attempt(keep_stock_rule, part_id=pk, site_id=site, **form.cleaned_data)
        if error is None:
            messages.success(request, _("What should lie here has been saved."))
        elif error.status == 404:
            raise error
        else:
            messages.error(request, error.words)
    else:
        messages.error(request, " ".join(str(words) for found in form.errors.values() for words in found))
    return redirect("tower:need", pk, site)


@require_http_methods(["GET", "POST"])
@page("view_outlook")
def proposals(request: HttpRequest) -> HttpResponse:
    """What to order, of all parts or of one; chosen rows become drafts in one act, all or none."""
    part = masterdata.part(whole(request.GET["part"]) or 0) if request.GET.get("part") else None
    keys = request.POST.getlist("offer")
    error = None
    if request.method == "POST":
        require_act("draft_order")
        chosen = [ordering.read_key(key) for key in keys]
        if not keys or None in chosen:
            error = _("Choose at least one delivery.")
        else:
            made, refused = attempt(lambda: ordering.draft([row for row in chosen if row]))
            if refused is None:
                messages.success(request, _("Drafts: %(numbers)s.") % {"numbers": ", ".join(row.number for row in made)})
                return redirect("orders:list")
            error = f"{refused.words} {refused.place}"
    context = {
        "offers": offer_pages.offers(ordering.offers(parts=[part.pk] if part else None), keys if error else None),
        "part": part,
        "may": "draft_order" in require_scope().acts,
        "error": error,
    }
    return render(request, "tower/proposals.html", context, status=422 if error else 200)


def _date(request: HttpRequest, name: str, usual: Any) -> Any:
    """
    Raises:
        InvalidParameter: the address holds something else than a day.
    """
    text = request.GET.get(name)
    if not text:
        return usual
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidParameter(_("A day is written as year-month-day."), place=name, value=shown(text)) from None


@require_GET
@page("view_scorecards")
def scorecards(request: HttpRequest) -> HttpResponseBase:
    """All suppliers over the last twelve months, or all customers of a supplier."""
    table = ScoreList(request.GET)
    side, (first, end) = table.side, table.period
    if not table.scored and "to" not in request.GET and (latest := scorecard.latest_month(side)):
        return redirect(f"{request.path}?side={side}&to={latest:%Y-%m}")  # a firm whose history has ended
    context = {"side": side, "defects": _defects(side, first, end), **_months(first, end), **_trend(request, table)}
    return answer(request, table, "tower/scorecards.html", **context)


def _trend(request: HttpRequest, table: ScoreList | MonthList) -> dict[str, Any]:
    """The chart of all that the list holds by month, and what its form keeps of the address."""
    if "show" in request.GET:
        return {}
    months: dict[date, list[scorecard.Score]] = {}
    for (_relation, month), score in table.monthly.items():
        months.setdefault(month, []).append(score)
    agreed = table.terms.otif_target if isinstance(table, MonthList) else None
    target = read_target(request.GET.get("target")) or agreed
    drawn = trend({month: scorecard.total(parts) for month, parts in months.items()}, *table.period, target=target)
    return {"chart": drawn, "target": target, "keeps": [("side", table.side), ("to", table.last_month)]}


def _defects(side: Side, first: date, end: date) -> list[Any]:
    """Ten sources of defects: suppliers for a buyer, the customers' sites for a supplier."""
    return scorecard.defects_by(side, first, end, group="supplier" if side is Side.BUYER else "site")[:10]


@require_GET
@page("view_scorecards")
def relation(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One relation month by month; each figure opens to its lines."""
    table = MonthList(_of(request, pk))
    terms = table.terms
    changes, deeds = relation_history(terms)
    partner = terms.supplier if table.side is Side.BUYER else terms.buyer
    history = log_of(changes, partner, look_of_change, deeds)
    context = {"side": table.side, "history": history, **_months(*table.period), **_trend(request, table)}
    return answer(request, table, "tower/relation.html", **context)


@require_GET
@page("view_scorecards")
def relation_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a paper."""
    table = MonthList(_of(request, pk))
    paper = documents.scorecard_paper(table, printed_by(request.user.name))
    return pdf_answer(paper, f"scorecard-{table.terms.pk}-{table.last_month}.pdf")


@require_GET
@page("view_scorecards")
def lines(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The lines behind one figure of one month."""
    return answer(request, LineList(_of(request, pk)), "tower/lines.html")


def _of(request: HttpRequest, pk: int) -> QueryDict:
    """What a list of one relation is asked for."""
    asked = request.GET.copy()
    asked["relation"] = str(pk)
    return asked


@require_GET
@page("view_scorecards")
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """The orders behind one month's response time, the slowest first."""
    side = orders.side_for_lists(request.GET.get("side"))
    terms = _terms(pk)
    first, end = read_month(request.GET.get("month"))
    context = {
        "rows": orders.answered_orders(side, relation_id=pk, first=first, end=end),
        "relation": terms,
        "partner": terms.supplier if side is Side.BUYER else terms.buyer,
        "side": side,
        "month": first,
    }
    return render(request, "tower/answers.html", context)


def _terms(pk: int) -> TradingRelation:
    terms = tenancy.relations().filter(pk=pk).first()
    if terms is None:
        raise NotFound(place="relation", value=pk)
    return terms


def _months(first: date, end: date) -> dict[str, date | None]:
    """The months shown, and the last ones of the pages before and after; nothing has been scored of the future."""
    last, now = months_later(end, -1), timezone.localdate().replace(day=1)
    later = min(months_later(end, 11), now) if last < now else None
    return {"first": first, "last": last, "earlier": months_later(first, -1), "later": later}
