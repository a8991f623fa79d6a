"""The list of all that waits for a supplier's answer, across orders: each line answered on its row, many with one act."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.orders import services
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.ui.bulk import BulkAct
from apps.ui.columns import Column, buttons, custom
from apps.ui.sided import OneSidedListing, SidedFilters
from apps.ui.tables import ViewedTable

from . import cells
from .asked import CHANGE, COUNTER, NEW, Ask, asks


class AnswerList(ViewedTable, OneSidedListing):
    """
    Attributes:
        typed: by line, what was sent for it and could not be taken.
    """

    only = Side.SUPPLIER
    name = "answers"
    url_name = "supplying:answers"
    title = gettext_lazy("To answer")
    act = "view_orders"
    default_view = "all"
    default_sort = "due"
    last = "urgency"
    page_size = 50
    kinds = "order"
    filters = SidedFilters
    by = {"partner": "found.row.buyer_id"}
    in_view = {
        "all": lambda row: True,
        "due": lambda row: row.found.is_due_today,
        "new": lambda row: row.kind == NEW,
        "changes": lambda row: row.kind in (COUNTER, CHANGE),
    }
    has_buttons = True
    empty = gettext_lazy("All is answered: no customer waits for you.")

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        self.typed: dict[int, Any] = {}

    def lead(self) -> str:
        return _("One row is one line that a customer waits for; what is due first stands on top")

    def views(self) -> Sequence[tuple[str, Any]]:
        return [
            ("all", _("All")),
            ("due", _("Answer due today")),
            ("new", _("New lines")),
            ("changes", _("Changes and counter-proposals")),
        ]

    def every(self) -> list[Ask]:
        found = asks()
        for row in found:
            row.typed = self.typed.get(row.line.id)
        return found

    @cached_property
    def customers(self) -> list[tuple[str, list[Ask]]]:
        """Customers of whom several lines of this page can be promised with one act, the most lines first."""
        found: dict[int, list[Ask]] = {}
        for row in self.page_rows if "answer_order" in require_scope().acts else []:
            if not row.is_past:
                found.setdefault(row.found.row.buyer_id, []).append(row)
        several = [(str(rows[0].found.row.buyer.name), rows) for rows in found.values() if len(rows) > 1]
        return sorted(several, key=lambda item: -len(item[1]))

    def key(self, row: Ask) -> int:
        return row.line.id

    def state_read(self, row: Ask) -> int:
        return row.seen

    def named(self, ids: Sequence[int]) -> list[Ask]:
        wanted = set(ids)
        return [row for row in self.known if row.line.id in wanted]

    def label(self, row: Ask) -> str:
        return f"{row.found.order.number}-{row.found.row.line.position} {row.found.part.buyer_number}"

    def state(self, row: Ask) -> str:
        return str(cells.KINDS[row.kind][0])

    def page_url(self, pk: int) -> str:
        return cells.line_url(pk)

    def columns(self) -> Sequence[Column]:
        return (
            custom("part", _("Part"), cells.first, cells.FIRST, css="first", is_fixed=True),
            custom("asked", _("Requested"), cells.asked, cells.ASKED, css="wrap", sort="asked_on"),
            custom("kind", _("Kind"), cells.kind, cells.KIND, css="state"),
            custom("due", _("Answer by"), cells.due, cells.DUE, css="num", sort="due_at"),
            *((buttons("acts", _("Answer"), self._reply),) if "answer_order" in require_scope().acts else ()),
        )

    def _reply(self, row: Ask) -> SafeString:
        return cells.reply(row, form=self.form_id, to=reverse("supplying:answer", args=[row.line.id]), here=self.own_address)

    def bulk(self) -> Sequence[BulkAct]:
        return (accepting(self.read),)


def accepting(seen: Mapping[int, int]) -> BulkAct:
    """Promise chosen lines exactly as they are asked for; each as it was read, and none that nobody read."""

    def together(ids: Sequence[int]) -> services.Refusals:
        return services.accept_asked(schedule_line_ids=ids, seen={pk: seen.get(pk, 0) for pk in ids})

    def alone(pk: int) -> None:
        for error in together([pk]).values():
            raise error

    asks = _("{n} lines are promised as they are asked for: these quantities on these days.")
    return BulkAct(
        *("accept", _("Accept as requested"), "answer_order", alone, "check-check", asks),
        fits=lambda row: not row.is_past,
        together=together,
        says=lambda row: _("promised: %(parts)s") % {"parts": cells.parts_text(row.asked, row.found.unit)},
        then=(_("To ship"), f"{reverse('supplying:shipping')}?view=week"),
    )
