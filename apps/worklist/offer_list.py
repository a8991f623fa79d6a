"""The list of what suppliers want instead: decided line by line, on chosen rows, or all inside the tolerance at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.dates import day_text, moment_text
from apps.orders import services
from apps.orders.statuses import Collaboration
from apps.tenancy.scope import require_scope
from apps.ui.bulk import BulkAct
from apps.ui.columns import Column, Value, buttons, custom
from apps.ui.tables import TableFilters, ViewedTable
from apps.ui.texts import days_late, mark, quantity, unit

from . import cells
from .offers import Offer, offers, within


class OfferList(ViewedTable):
    name = "offers"
    url_name = "work:offers"
    title = gettext_lazy("Change proposals")
    act = "view_outlook"
    default_view = "all"
    default_sort = "effect"
    last = "order"
    page_size = 50
    kinds = "order plan stock delivery production"
    filters = TableFilters
    in_view = {
        "all": lambda row: True,
        "within": lambda row: row.is_within,
        "worse": lambda row: row.effect is not None and row.effect.is_worse,
        "frozen": lambda row: row.is_frozen,
        "due": lambda row: row.found.is_due_today,
    }
    has_buttons = True
    empty = gettext_lazy("No supplier proposes a change that waits for you.")

    def lead(self) -> str:
        return _("What suppliers want instead of what stands; nothing changes before you decide")

    def views(self) -> Sequence[tuple[str, Any]]:
        return [
            ("all", _("All")),
            ("within", _("Within tolerance")),
            ("worse", _("More missing")),
            ("frozen", _("In the freeze fence")),
            ("due", _("Answer due today")),
        ]

    def every(self) -> list[Offer]:
        return offers()

    @cached_property
    def within(self) -> list[Offer]:
        """What one act accepts: inside the agreed tolerance, and by all of it together no line is worse off."""
        return within(self.known)

    def key(self, row: Offer) -> int:
        return row.line.id

    def state_read(self, row: Offer) -> int:
        return row.found.seen

    def named(self, ids: Sequence[int]) -> list[Offer]:
        wanted = set(ids)
        return [row for row in self.known if row.line.id in wanted]

    def label(self, row: Offer) -> str:
        return cells.line_label(row.found)

    def page_url(self, pk: int) -> str:
        return cells.line_url(pk)

    def columns(self) -> Sequence[Column]:
        return (
            custom("part", _("Part"), _first, FIRST, css="first", is_fixed=True),
            custom("quantity", _("Quantity, old → new"), _quantity, QUANTITY, css="num"),
            custom("day", _("Day, old → new"), _day, DAY, css="num", sort="new_day"),
            custom(
                "effect",
                _("Line stops, now → then"),
                lambda row: cells.effect_text(row.effect),
                EFFECT,
                css="num",
                sort="stop_on",
            ),
            custom("least", _("Lowest stock"), lambda row: cells.least_text(row.effect), LEAST, css="num", is_shown=False),
            custom("tolerance", _("Tolerance"), _tolerance, TOLERANCE, css="state"),
            custom("reason", _("Reason, answer by"), _reason, REASON, css="wrap"),
            buttons("acts", _("To do"), self._buttons),
        )

    def bulk(self) -> Sequence[BulkAct]:
        agreed = _("What the suppliers offer becomes what is agreed. Lines: {n}.")
        lost = _("Offers that are declined: {n}. Lines without another promise wait for an answer again.")
        accept = decision("accept", _("Accept"), services.accept_offers, "check", agreed, self.read)
        decline = decision("decline", _("Decline"), services.decline_offers, "undo-2", lost, self.read)
        then = (_("Proposals that still wait"), reverse("work:offers"))
        return (
            replace(accept, tells=reverse("work:together"), then=then, says=lambda row: cells.accepted_text(row.found)),
            replace(decline, then=then, says=lambda row: cells.declined_text(row.found)),
        )

    def _buttons(self, row: Offer) -> SafeString:
        acts, shown = require_scope().acts, []
        if "accept_proposal" in acts:
            label = {"line": self.label(row)}
            to = f"{self.own_address}&to=offers&seen={row.found.seen}"
            accept, decline = (reverse(f"work:{name}", args=[row.line.id]) + to for name in ("accept", "decline"))
            shown.append(self.button(_("Accept"), accept, _("Accept what is offered on %(line)s") % label))
            asks = _("Decline this offer? The supplier is asked again.")
            if row.found.row.status != Collaboration.CHANGE_PROPOSED:
                asks = _("Decline this change? What stands stands on.")
            shown.append(self.button(_("Decline"), decline, _("Decline what is offered on %(line)s") % label, asks=asks))
        if "request_change" in acts and row.found.row.status == Collaboration.CHANGE_PROPOSED:
            # What loses something stands last, apart from the others.
            shown.insert(
                1,
                cells.act_link(f"{reverse('work:ask')}?row={row.line.id}&alone=1&to=offers", _("Counter"), self.label(row)),
            )
        return cells.joined(shown)


def decision(name: str, label: Any, service: Callable[..., Any], icon: str, asks: Any, seen: Mapping[int, int]) -> BulkAct:
    """An act on many offers, in one transaction or line by line; each as it was read, and none that nobody read."""

    def together(ids: Sequence[int]) -> Any:
        return service(schedule_line_ids=ids, seen={pk: seen.get(pk, 0) for pk in ids})

    def alone(pk: int) -> None:
        for error in together([pk]).values():
            raise error

    return BulkAct(name, label, "accept_proposal", alone, icon, asks, together=together)


def _first(row: Offer) -> SafeString:
    found = row.found
    return format_html(
        '<a class="cut" href="{}">{}</a><small class="mono">{}-{}</small><small class="by">{}</small>',
        *(cells.address(found), found.part.label, found.order.number, found.row.line.position, found.row.supplier.name),
    )


FIRST = (
    Value(gettext_lazy("Part"), lambda row: row.found.part.label),
    Value(gettext_lazy("Part number"), lambda row: row.found.part.buyer_number),
    Value(gettext_lazy("Order"), lambda row: row.found.order.number),
    Value(gettext_lazy("Position"), lambda row: row.found.row.line.position, "number"),
    Value(gettext_lazy("Supplier"), lambda row: row.found.row.supplier.name),
)


def _quantity(row: Offer) -> SafeString:
    code, more = unit(row.found.unit), row.new_quantity - row.old_quantity
    if not more:
        return format_html('{} <small class="unit">{}</small>', quantity(row.new_quantity), code)
    share = f"{more / row.old_quantity:+.0%}".replace("-", "−")
    return format_html(
        '<s class="mute">{}</s> → <b>{}</b> <small class="unit">{}</small><small class="why t-bad">{} · {}</small>',
        *(quantity(row.old_quantity), quantity(row.new_quantity), code, f"{'+' if more > 0 else ''}{quantity(more)}", share),
    )


QUANTITY = (
    Value(gettext_lazy("Quantity before"), lambda row: row.old_quantity, "number"),
    Value(gettext_lazy("Quantity offered"), lambda row: row.new_quantity, "number"),
    Value(gettext_lazy("Unit"), lambda row: str(unit(row.found.unit))),
)


def _day(row: Offer) -> SafeString:
    parts = row.found.offered
    split = cells.parts_text(parts, row.found.unit) if len(parts) > 1 else ""
    late = days_late(row.new_day, row.old_day)
    return format_html(
        '{}<b>{}</b> <small class="delta {}">{}</small><small class="why">{}</small>',
        format_html('<s class="mute">{}</s> → ', day_text(row.old_day)) if late else "",
        day_text(row.new_day),
        *("t-bad" if row.days_later > 0 else "t-ok", late, split),
    )


DAY = (
    Value(gettext_lazy("Day before"), lambda row: row.old_day, "day"),
    Value(gettext_lazy("Day offered"), lambda row: row.new_day, "day"),
    Value(gettext_lazy("Days later"), lambda row: row.days_later, "number"),
)


EFFECT = (
    Value(gettext_lazy("Line stops now"), lambda row: row.effect.day(row.effect.stop) if row.effect else None, "day"),
    Value(gettext_lazy("Line stops then"), lambda row: row.stop_on, "day"),
    Value(gettext_lazy("More missing then"), lambda row: row.more_missing, "number"),
)


LEAST = (
    Value(gettext_lazy("Lowest stock now"), lambda row: row.effect.least if row.effect else None, "number"),
    Value(gettext_lazy("Lowest stock then"), lambda row: row.effect.offered_least if row.effect else None, "number"),
)


def _badges(row: Offer) -> list[tuple[str, str, str]]:
    found = []
    if row.is_short:
        missing = row.wanted_quantity - row.new_quantity
        words = _("short by %(n)s") % {"n": quantity(missing)}
        found.append((words, "package-minus", "warn"))
    if row.is_counter:
        found.append((_("instead of our change"), "message-square-diff", "info"))
    elif not row.in_window:
        found.append((_("outside the window"), "triangle-alert", "warn"))
    if row.is_within:
        found.append((_("within tolerance"), "circle-check", "ok"))
    if row.is_frozen:
        found.append((_("freeze fence"), "lock", "bad"))
    return found


def _tolerance(row: Offer) -> SafeString:
    return mark_safe("".join(mark(*badge) for badge in _badges(row)))


TOLERANCE = (Value(gettext_lazy("Tolerance"), lambda row: " · ".join(words for words, _icon, _tone in _badges(row))),)


def _reason(row: Offer) -> SafeString:
    due, said = row.found.due_at, row.found.comment
    by = _("answer by %(when)s") % {"when": moment_text(due)} if due else ""
    words = f"{row.found.reason} “{said}”" if said else row.found.reason
    wished = _("we asked for %(parts)s") % {"parts": cells.parts_text(row.found.wished, row.found.unit)}
    wished = wished if row.is_counter else ""
    return format_html('{}<small class="why">{}</small><small class="why">{}</small>', words, wished, by)


REASON = (
    Value(gettext_lazy("Reason"), lambda row: row.found.reason),
    Value(gettext_lazy("Comment"), lambda row: row.found.comment),
    Value(gettext_lazy("Answer due"), lambda row: row.found.due_at, "moment"),
)
