"""Cells of a row of work: the line that stops, the pieces, why, whose turn it is, and who is called."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.dates import day_text, moment_text
from apps.orders.models import ScheduleLine
from apps.orders.services import Part
from apps.orders.statuses import Collaboration
from apps.orders.worklines import Standing
from apps.tower import turns
from apps.tower.effects import Effect
from apps.tower.pages import SOON, behind_words
from apps.ui.columns import Value
from apps.ui.texts import ago, days_late, mark, quantity, unit

from .words import ACTS
from .work import Work


def part_label(row: Work) -> str:
    return row.found.part.label if row.found else row.need.part.label if row.need else ""


def part_number(row: Work) -> str:
    return row.found.part.buyer_number if row.found else row.need.part.number if row.need else ""


def address(found: Standing) -> str:
    return f"{reverse('orders:order', args=[found.order.pk])}#line-{found.id}"


def line_url(pk: int) -> str:
    """A line on its order; "" where nobody of this firm sees it."""
    order = ScheduleLine.objects.filter(pk=pk).values_list("order_id", flat=True).first()
    return f"{reverse('orders:order', args=[order])}#line-{pk}" if order else ""


def line_label(found: Standing) -> str:
    return f"{found.order.number}-{found.row.line.position} {found.part.buyer_number}"


def page_of(row: Work) -> str:
    """The line on its order, or the part that nobody ordered."""
    if row.found:
        return address(row.found)
    assert row.need is not None
    return reverse("tower:need", args=[row.need.part.pk, row.need.site_id])


def partner(row: Work) -> str:
    if row.found:
        return str(row.found.row.supplier.name)
    return ", ".join(name for _pk, name, _firm in row.need.suppliers) if row.need else ""


def first(row: Work) -> SafeString:
    """The part and who brings it; of an order of somebody who is away, whose it is."""
    whose = mark(_("in place of %(name)s") % {"name": row.instead_of}, "user-round", "info") if row.instead_of else ""
    return format_html(
        '<a class="cut" href="{}">{}</a><small class="mono">{}</small><small class="by">{}</small>{}',
        *(page_of(row), part_label(row), part_number(row), partner(row), whose),
    )


FIRST = (
    Value(gettext_lazy("Part"), part_label),
    Value(gettext_lazy("Part number"), part_number),
    Value(gettext_lazy("Supplier"), partner),
    Value(gettext_lazy("Buyer in charge"), lambda row: row.line.contact if row.line else ""),
)


NOWHERE = mark_safe('<span class="mute">—</span>')


def stop(row: Work) -> SafeString:
    """The day on which a line stops, and how soon; a dash where none does."""
    if row.stop is not None:
        tone = "bad" if row.stop <= SOON else "warn"
        return format_html(
            '<b class="t-{}">{}</b><small class="why">{}</small>', tone, behind_words(row.stop), day_text(row.stop_on)
        )
    return NOWHERE


STOP = (Value(gettext_lazy("Line stops"), lambda row: row.stop_on, "day"),)


def gap(row: Work) -> SafeString:
    """The pieces that are missing by this row on the day on which the line stops, in the part's unit."""
    if row.cause is None or row.need is None:
        return NOWHERE
    return format_html(
        '<b class="t-bad">{}</b> <small class="unit">{}</small>', quantity(-row.cause.quantity), unit(row.need.part.unit)
    )


GAP = (
    Value(gettext_lazy("Missing"), lambda row: row.cause.quantity if row.cause else None, "number"),
    Value(gettext_lazy("Unit"), lambda row: str(unit(row.need.part.unit)) if row.cause and row.need else ""),
)


def parts_text(parts: list[Part], unit_code: str) -> str:
    """2,400 on 11/26, or its parts: 1,600 on 11/30 + 800 on 12/3."""
    return " + ".join(f"{quantity(part.quantity)} {unit(unit_code)} · {day_text(part.delivery_date)}" for part in parts)


def cause(row: Work) -> SafeString | str:
    """Order and promise: what was asked for, what is promised or offered instead, and by how much later."""
    if row.found is None:
        said = _drafted(row) if row.drafts else _("Nothing is ordered")
        refused = (
            (address(line), f"{line.order.number}-{line.row.line.position}", refusal_text(line)) for line in row.refusals
        )
        told = format_html_join("", '<small class="why"><a class="mono" href="{}">{}</a> {}</small>', refused)
        return format_html("{}{}", said, told)
    found = row.found
    wanted = Part(found.row.requested_quantity, found.row.requested_date)
    lines = [_("Requested %(parts)s") % {"parts": parts_text([wanted], found.unit)}, _promise(row)]
    if found.asked:
        lines.append(_("we asked for %(parts)s") % {"parts": parts_text(found.asked, found.unit)})
    if found.comment:
        lines.append(f"“{found.comment}”")
    return format_html(
        '<a class="mono" href="{}">{}-{}</a> {}{}{}',
        *(page_of(row), found.order.number, found.row.line.position, _states(row)),
        format_html_join("", '<small class="why">{}</small>', ((line,) for line in lines)),
        format_html('<small class="why">{}</small>', _drafted(row)) if row.drafts else "",
    )


def moved_text(before: list[Part], after: list[Part], unit_code: str) -> str:
    """What stood, and what stands instead: 100 · 12/4 → 60 · 12/9 + 40 · 12/12."""
    return f"{parts_text(before, unit_code)} → {parts_text(after, unit_code)}"


def accepted_text(found: Standing) -> str:
    return moved_text(found.before, found.offered, found.unit)


def declined_text(found: Standing) -> str:
    """What was turned down, and what is true now: of an offer the question again, of a change what stood."""
    lost = parts_text(found.offered, found.unit)
    if found.row.status == Collaboration.CHANGE_PROPOSED:
        return _("%(parts)s declined; the supplier is asked again") % {"parts": lost}
    return _("%(lost)s declined; %(parts)s stands") % {"lost": lost, "parts": parts_text(found.before, found.unit)}


def closed_text(found: Standing) -> str:
    row = found.row
    rest = max((row.confirmed_quantity or row.requested_quantity) - row.received_quantity + row.rejected_quantity, 0)
    return _("%(n)s not wanted any more") % {"n": f"{quantity(rest)} {unit(found.unit)}"}


def reminded_text(found: Standing) -> str:
    due = moment_text(found.due_at) if found.due_at else "—"
    return _("told once more; answer due %(when)s") % {"when": due}


def refusal_text(found: Standing) -> str:
    return _("refused: %(reason)s") % {"reason": found.reason} if found.reason else _("refused")


def _drafted(row: Work) -> SafeString:
    """In which drafts the part stands: its supplier knows nothing of them."""
    lines = (
        (
            *(reverse("orders:order", args=[line.order_id]), line.order.number, line.line.position),
            parts_text([Part(line.requested_quantity, line.requested_date)], line.line.unit),
        )
        for line in row.drafts
    )
    words = format_html_join("", '<small class="why"><a class="mono" href="{}">{}-{}</a> {}</small>', lines)
    return format_html("{}{}", _("In a draft that nobody has sent"), words)


def _states(row: Work) -> str:
    assert row.found is not None
    return _("past its day") if row.is_late else ""


def _promise(row: Work) -> SafeString | str:
    found = row.found
    assert found is not None
    if found.is_refused:
        return format_html('<b class="t-bad">{}</b>', refusal_text(found))
    parts, words = found.accepted, _("promised %(parts)s")
    if found.offered:
        parts, words = found.offered, _("offered %(parts)s")
    if not parts:
        return _("nothing promised yet")
    late = days_late(parts[-1].delivery_date, found.row.requested_date)
    tone = "t-bad" if parts[-1].delivery_date > found.row.requested_date else "t-ok"
    said = words % {"parts": parts_text(parts, found.unit)}
    return format_html('{} <b class="{}">{}</b>', said, tone, late) if late else said


def promised_on(row: Work) -> date | None:
    return row.line.promised if row.line else None


CAUSE = (
    Value(gettext_lazy("Order"), lambda row: row.found.order.number if row.found else ""),
    Value(gettext_lazy("Position"), lambda row: row.found.row.line.position if row.found else None, "number"),
    Value(gettext_lazy("Quantity"), lambda row: row.found.row.requested_quantity if row.found else None, "number"),
    Value(gettext_lazy("Unit"), lambda row: str(unit(row.found.unit)) if row.found else ""),
    Value(gettext_lazy("Requested"), lambda row: row.found.row.requested_date if row.found else None, "day"),
    Value(gettext_lazy("Promised"), promised_on, "day"),
)


def turn_words(row: Work) -> str:
    return turns.turn_words(row.turn, is_overdue=row.is_late, has_arrived=row.has_arrived)


def who_text(row: Work) -> str:
    return _("We") if row.is_ours else partner(row)


def who(row: Work) -> SafeString:
    """Who must act and since when; the hours that are agreed for an answer colour it."""
    since = row.found.waits_since if row.found else None
    due = row.found.due_at if row.found else None
    tone = "t-bad" if due and due < timezone.now() else "mute"
    if row.shipment is not None:
        return format_html('<b>{}</b><small class="why">{} · {}</small>', who_text(row), turn_words(row), _arrives(row))
    words = turn_words(row) if since is None else f"{turn_words(row)} · {ago(since)}"
    return format_html('<b>{}</b><small class="why {}">{}</small>', who_text(row), tone, words)


def _arrives(row: Work) -> str:
    assert row.shipment is not None
    facts = {"number": row.shipment.number, "day": day_text(row.shipment.planned_arrival_on)}
    if row.has_arrived:
        return _("%(number)s has arrived") % facts
    return _("%(number)s arrives on %(day)s") % facts


WHO = (
    Value(gettext_lazy("Who must act"), who_text),
    Value(gettext_lazy("What is awaited"), turn_words),
    Value(gettext_lazy("Since"), lambda row: row.found.waits_since if row.found else None, "moment"),
    Value(gettext_lazy("Answer due"), lambda row: row.found.due_at if row.found else None, "moment"),
)


def last_words(row: Work) -> str:
    """What happened last to the order; of a refused line its refusal, for news of the other lines is none of it."""
    if row.found and row.found.is_refused:
        return _("Refused")
    return str(ACTS.get(row.last.event, "")) if row.last else ""


def last_at(row: Work) -> datetime | None:
    if row.found and row.found.is_refused:
        return row.found.waits_since
    return row.last.created_at if row.last else None


def contact(row: Work) -> SafeString:
    """The last act between the two, and whom to call."""
    told = format_html("{} <small>{}</small>", last_words(row), ago(at)) if (at := last_at(row)) else "—"
    if row.contact is None:
        return format_html("{}", told)
    reach: Any = ""
    if row.contact.phone:
        reach = format_html('<a class="tel" href="tel:{0}">{0}</a>', row.contact.phone)
    elif row.contact.email:
        reach = format_html('<a class="tel" href="mailto:{0}">{0}</a>', row.contact.email)
    return format_html('{}<small class="why">{} {}</small>', told, row.contact.name, reach)


CONTACT = (
    Value(gettext_lazy("Last news"), last_words),
    Value(gettext_lazy("When"), last_at, "moment"),
    Value(gettext_lazy("Contact"), lambda row: row.contact.name if row.contact else ""),
    Value(gettext_lazy("Phone"), lambda row: row.contact.phone if row.contact else ""),
)


def effect_text(found: Effect | None) -> SafeString:
    """When the line stops as it stands, and with what is offered or asked; on one day, what is more or fewer missing."""
    if found is None:
        return format_html('<span class="mute">{}</span>', _("not known"))
    now, then = found.day(found.stop), found.day(found.offered_stop)
    if now is None and then is None:
        return format_html('<span class="t-ok">{}</span>', _("does not stop"))
    if now == then:
        return _same_day(found)
    tone = "t-bad" if found.is_worse else "t-ok"
    before, after = (day_text(day) if day else _("does not stop") for day in (now, then))
    return format_html('<s class="mute">{}</s> → <b class="{}">{}</b>', before, tone, after)


def _same_day(found: Effect) -> SafeString:
    """The stop that stays; "as before" alone only where no day of the horizon is missing more or fewer."""
    words, tone = _("as before"), ""
    if found.missing is not None:
        more, index = found.missing
        told = {"amount": f"{quantity(abs(more))} {unit(found.need.part.unit)}", "day": day_text(found.day(index))}
        if found.is_worse:
            words, tone = _("as before, but %(amount)s more missing, most on %(day)s") % told, "t-bad"
        else:
            words, tone = _("as before, %(amount)s fewer missing") % told, "t-ok"
    shape = '<b class="{}">{}</b> <small class="why listed {}">{}</small>'
    return format_html(shape, tone, day_text(found.day(found.offered_stop)), tone, words)


def least_text(found: Effect | None) -> SafeString:
    """The lowest stock of the days that plans know, in the part's base unit: as it stands, and with what is offered."""
    if found is None:
        return NOWHERE
    now, then = found.least, found.offered_least
    shown = quantity(then) if now == then else f"{quantity(now)} → {quantity(then)}"
    return format_html('{} <small class="unit">{}</small>', shown, unit(found.need.part.unit))


def act_link(to: str, words: str, name: str) -> SafeString:
    """A page on which something is done with a row; who hears it alone is told the row's name."""
    return format_html('<a class="btn slim" href="{}">{} <span class="vh">{}</span></a>', to, words, name)


def joined(buttons: list[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((button,) for button in buttons))
