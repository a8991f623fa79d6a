"""The list of work by the line, for a buyer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.masterdata.filters import PartFilters
from apps.masterdata.selectors import partner_parts_numbered
from apps.orders import services
from apps.orders.forms import check_reason
from apps.orders.statuses import AWAITS_SUPPLIER, REASONS
from apps.orders.worklines import Standing
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.tower.turns import AGAIN, COMING, DECIDE, ORDER, PULL_IN, WAIT
from apps.ui.bulk import BulkAct
from apps.ui.columns import Column, buttons, custom
from apps.ui.sided import OneSidedListing, SidedFilters
from apps.ui.tables import ViewedTable

from . import cells
from .offer_list import OfferList as OfferList
from .offer_list import decision
from .work import Work, with_details, with_whose, work


class WorkFilters(PartFilters, SidedFilters):
    """Computed rows: the list itself keeps those that match."""


class WorkList(ViewedTable, OneSidedListing):
    only = Side.BUYER
    name = "work"
    url_name = "work:lines"
    title = gettext_lazy("Work by the line")
    act = "view_outlook"
    default_view = "all"
    default_sort = "stop"
    last = "order"
    page_size = 50
    kinds = "order plan stock delivery production"
    filters: ClassVar[Any] = WorkFilters
    in_view = {
        "all": lambda row: True,
        "mine": lambda row: row.is_mine,
        "stops": lambda row: row.need is not None,
        "ours": lambda row: row.is_ours,
        "theirs": lambda row: not row.is_ours,
        "later": lambda row: row.is_later,
        "late": lambda row: row.is_late,
        "refused": lambda row: row.is_refused,
    }
    has_buttons = True

    def lead(self) -> str:
        return _("One row is one line that needs an act, what stops your production first on top")

    def views(self) -> Sequence[tuple[str, Any]]:
        return [
            ("all", _("All")),
            ("mine", _("My orders")),
            ("stops", _("The line stops")),
            ("ours", _("Waits for us")),
            ("theirs", _("Waits for the supplier")),
            ("later", _("Confirmed later than needed")),
            ("late", _("Late")),
            ("refused", _("Refused")),
        ]

    def every(self) -> list[Work]:
        return list(with_whose(work()))

    @cached_property
    def _parts(self) -> set[int]:
        """Partner parts whose number begins as asked; one statement."""
        return set(partner_parts_numbered(self.asked.get("part", "")).values_list("pk", flat=True))

    def keeps(self, row: Work, asked: Mapping[str, Any]) -> bool:
        if "partner" in asked and int(asked["partner"]) not in row.supplier_ids:
            return False
        if "part" not in asked:
            return True
        if row.line is not None:
            return row.line.part_id in self._parts
        return row.need is not None and row.need.part.number.lower().startswith(asked["part"].lower())

    def prepare(self, found: list[Work]) -> list[Work]:
        with_details(found)
        return found

    def key(self, row: Work) -> int:
        return row.key

    def state_read(self, row: Work) -> int:
        return row.found.seen if row.found else 0

    def named(self, ids: Sequence[int]) -> list[Work]:
        """Rows of lines by their ids, whichever view they stood in."""
        wanted = set(ids)
        return self.prepare([row for row in self.known if row.key in wanted])

    def label(self, row: Work) -> str:
        if row.found is None:
            return cells.part_number(row)
        return cells.line_label(row.found)

    def state(self, row: Work) -> str:
        return cells.turn_words(row)

    def page_url(self, pk: int) -> str:
        return cells.line_url(pk)

    @property
    def nothing(self) -> Any:
        if self.narrowed or self.view not in ("all", "mine"):
            return super().nothing
        return _(
            "All is well: no line waits, is late, refused or promised too late, none stops as far as plans and stock say."
        )

    def columns(self) -> Sequence[Column]:
        return (
            custom("part", _("Part"), cells.first, cells.FIRST, css="first", is_fixed=True),
            custom("stop", _("Line stops"), cells.stop, cells.STOP, css="num", sort="stop_on"),
            custom("gap", _("Missing"), cells.gap, cells.GAP, css="num"),
            custom("cause", _("Order and promise"), cells.cause, cells.CAUSE, css="wrap"),
            custom("who", _("Who must act"), cells.who, cells.WHO, css="wrap"),
            custom("contact", _("Last news, contact"), cells.contact, cells.CONTACT, css="wrap"),
            buttons("acts", _("To do"), self._buttons),
        )

    def bulk(self) -> Sequence[BulkAct]:
        agreed = _("What the suppliers offer becomes what is agreed. Lines: {n}.")
        accept = decision("accept", _("Accept what is offered"), services.accept_offers, "check", agreed, self.read)
        remind = BulkAct("remind", _("Remind"), "request_change", None, "alarm-clock", together=_remind)
        ask = BulkAct("pull_in", _("Pull in"), "request_change", None, "calendar-clock", leads=self._asking)
        lost = _("Lines whose rest is not wanted any more: {n}. Their suppliers are told.")
        close = BulkAct(
            *("close", _("Close the rest"), "close_order", None, "package-minus", lost),
            is_danger=True,
            choices=REASONS,
            together=self._close,
            fits=_can_be_closed,
        )
        wait, stop = (_("What waits for the suppliers"), "theirs"), (_("What still stops a line"), "stops")
        (waiting, stopping) = ((words, f"{reverse('work:lines')}?view={view}") for words, view in (wait, stop))
        return (
            replace(ask, fits=lambda row: row.turn == PULL_IN, then=waiting),
            replace(remind, fits=lambda row: row.turn == WAIT, then=waiting, says=_says(cells.reminded_text)),
            replace(
                accept,
                fits=lambda row: row.turn == DECIDE,
                tells=reverse("work:together"),
                then=stopping,
                says=_says(cells.accepted_text),
            ),
            replace(close, then=stopping, says=_says(cells.closed_text)),
        )

    def _close(self, ids: Sequence[int]) -> services.Refusals:
        check_reason(self.reason)
        return services.close_lines(schedule_line_ids=ids, reason=self.reason)

    def _asking(self, ids: Sequence[int]) -> str:
        """The form in which days are asked for on some lines; back from it the list stands as it is asked for. Who has
        chosen several has chosen: others come below one line only."""
        chosen = [*(("row", pk) for pk in ids), *([("alone", 1)] if len(ids) > 1 else [])]
        return f"{reverse('work:ask')}{self.own_address}&{urlencode(chosen)}"

    def _buttons(self, row: Work) -> SafeString:
        acts, label = require_scope().acts, self.label(row)
        shown: list[SafeString] = []
        if row.turn == DECIDE and row.found and "accept_proposal" in acts:
            shown.append(self._button("accept", row, _("Accept"), _("Accept what is offered on %(line)s") % {"line": label}))
            if row.found.row.status == "change_proposed" and "request_change" in acts:
                shown.append(cells.act_link(f"{self._asking([row.key])}&alone=1", _("Counter"), label))
        if row.turn == WAIT and "request_change" in acts:
            shown.append(self._button("remind", row, _("Remind"), _("Remind of %(line)s") % {"line": label}))
        if row.turn == WAIT and row.found:
            shown += self._instead_of_waiting(row.found)
        if row.turn == PULL_IN and row.found and "request_change" in acts:
            shown.append(cells.act_link(self._asking([row.key]), cells.turn_words(row), label))
        if row.turn == COMING and row.shipment:
            shown.append(cells.act_link(reverse("deliveries:shipment", args=[row.shipment.pk]), _("Delivery"), label))
        if row.turn == ORDER and "draft_order" in acts:
            shown.append(cells.act_link(_proposals(row), _("Order"), label))
        if row.turn == AGAIN and "draft_order" in acts:
            shown.append(self._button("again", row, _("Order anew"), _("Order %(line)s anew") % {"line": label}))
        if row.drafts and "publish_order" in acts:
            number = {"number": row.drafts[0].order.number}
            to = f"{reverse('work:send', args=[row.drafts[0].pk])}{self.own_address}"
            shown.append(self.button(_("Send"), to, _("Send %(number)s to the supplier") % number))
        return cells.joined(shown)

    def _instead_of_waiting(self, found: Standing) -> list[SafeString]:
        """What else may be done with a line that waits for the supplier: written anew, with another day, in parts or not at
        all; of a confirmed one what we asked for is taken back, so that something else can be asked."""
        acts, label = require_scope().acts, cells.line_label(found)
        if found.row.status in AWAITS_SUPPLIER and "draft_order" in acts:
            return [cells.act_link(reverse("work:revise", args=[found.id]), _("Change or split"), label)]
        if found.change is not None and found.asked_by == Side.BUYER and "request_change" in acts:
            to = f"{reverse('work:withdraw', args=[found.id])}{self.own_address}&change={found.change.pk}"
            asks = _("Take back what we asked for? What stands stands on.")
            return [self.button(_("Withdraw"), to, _("Withdraw the request on %(line)s") % {"line": label}, asks=asks)]
        return []

    def _button(self, act: str, row: Work, words: str, label: str) -> SafeString:
        to = f"{reverse(f'work:{act}', args=[row.key])}{self.own_address}"
        seen = f"&seen={row.found.seen}" if row.found and act == "accept" else ""
        return self.button(words, to + seen, label)


def _proposals(row: Work) -> str:
    """What to order of the row's part alone: nothing of another part is chosen there."""
    assert row.need is not None
    return f"{reverse('tower:proposals')}?part={row.need.part.pk}"


def _says(words: Callable[[Standing], str]) -> Callable[[Work], str]:
    return lambda row: words(row.found) if row.found else ""


def _can_be_closed(row: Work) -> bool:
    return row.found is not None and services.refusal_of_closing(row.found.row) is None


def _remind(ids: Sequence[int]) -> services.Refusals:
    return services.remind_suppliers(schedule_line_ids=ids)
