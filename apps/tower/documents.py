"""The scorecard of one relation as a paper: twelve months, what was agreed, and how the figures are computed."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.tenancy.letterheads import letterheads
from apps.ui.paper import WIDTH, Column, Facts, Sheet, party_of

from . import scorecard
from .lists import MonthList
from .lists.scorecards import share_text
from .scorecard import Score
from .targets import against

NONE = "—"


def scorecard_paper(table: MonthList, printed: str = "") -> bytes:
    """
    Args:
        table: the months of one relation, as its page shows them.
        printed: see `Sheet`.
    """
    terms = table.terms
    sheet = Sheet(
        _("Scorecard %(partner)s, %(months)s") % {"partner": table.partner, "months": table.lead()}, printed=printed
    )
    address = f"{reverse('tower:relation', args=[terms.pk])}?side={table.side}&to={table.last_month}"
    sheet.top(_("Scorecard"), f"{table.period[0]:%Y-%m} – {table.last_month}", f"{settings.PUBLIC_URL}{address}")
    heads = letterheads((terms.supplier_id, terms.buyer_id))
    sheet.parties(party_of(_("Supplier"), heads[terms.supplier_id]), party_of(_("Customer"), heads[terms.buyer_id]))
    found = sorted(table.items(), key=lambda row: row["name"])
    whole = scorecard.total([row["score"] for row in found])
    sheet.facts(_facts(table, whole))
    sheet.rows(_columns(), _rows([(row["name"], row["score"]) for row in found], whole))
    sheet.remark(
        "\n".join(
            (
                _("OTIF: lines on time and in full ÷ lines that were due, against the promise and the request."),
                _("PPM: rejected ÷ received × 1,000,000, by month of receipt; none below 100 received."),
                _("Answer: mean hours from sending an order to the first full answer."),
            )
        )
    )
    return bytes(sheet.output())


def _facts(table: MonthList, whole: Score) -> Facts:
    agreed = [str(words) for words, _icon, _tone in against(whole, table.terms)]
    return [
        (_("Months"), table.lead()),
        (_("Against targets"), " · ".join(agreed) or _("none is agreed")),
    ]


def _columns() -> list[Column]:
    heads = (
        *(_("Lines due"), _("OTIF, promise"), _("OTIF, request"), _("On time, promise"), _("On time, request")),
        *(_("In full"), "PPM", _("Answer")),
    )
    return [Column(_("Month"), 20), *(Column(head, (WIDTH - 20) / len(heads), is_figure=True) for head in heads)]


def _rows(months: list[tuple[str, Score]], whole: Score) -> Iterator[tuple[str, ...]]:
    for name, score in [*months, (_("Together"), whole)]:
        shares = ("otif_base", "otif_requested", "on_time_base", "on_time_requested", "in_full")
        yield (
            name,
            f"{score.lines:,}",
            *(share_text(score.share(share)) or NONE for share in shares),
            NONE if score.ppm is None else f"{score.ppm:,.0f}",
            NONE if score.response_hours is None else f"{score.response_hours:.1f} {_('h')}",
        )
