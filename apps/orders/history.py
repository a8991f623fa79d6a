"""What happened to an order, as deeds: who, which line, what was and what is, and why.

`TOLD` names every column that people care about, `SILENT` those that are left out on purpose; a walk fails on a column that
stands in neither.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.events.selectors import moments_read
from apps.masterdata.models import PartnerPart
from apps.tenancy.deeds import Deed, Source, Told, Version, deeds_of, in_words, shown_value, states_of, versions_of
from apps.tenancy.history import Change
from apps.tenancy.prices import told_of
from apps.tenancy.roles import Side

from .models import ChangeRequest, Confirmation, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from .statuses import AWAITS_SUPPLIER, ChangeState, Closure, Collaboration, ConfirmationState

TOLD: dict[Any, dict[str, Any]] = {
    PurchaseOrder: {
        "supplier_number": _("Supplier's order number"),
        "contact_name": _("Buyer in charge"),
        "note": _("Note to the supplier"),
        "amount": _("Value"),
    },
    PurchaseOrderLine: {"partner_part": _("Part"), "unit": _("Unit"), "unit_price": _("Unit price")},
    ScheduleLine: {
        "requested_quantity": _("Requested quantity"),
        "requested_date": _("Requested date"),
        "confirmed_quantity": _("Confirmed quantity"),
        "confirmed_date": _("Confirmed date"),
        "proposed_date": _("Offered date"),
        "shipped_quantity": _("Shipped"),
        "received_quantity": pgettext_lazy("quantity", "Received"),
        "rejected_quantity": _("Rejected by inspection"),
        "closed_short_reason": _("Reason for closing the rest"),
        "rejected_reason": _("Reason for the rejection"),
        "rejected_comment": _("Comment"),
    },
    Confirmation: {
        "quantity": _("Answer"),
        "reason": _("Answer: reason"),
        "comment": _("Answer: comment"),
        "state": _("Offer"),
    },
    ChangeRequest: {
        "quantity": _("Asked for: quantity"),
        "delivery_date": _("Asked for: day"),
        "part_quantities": _("Asked for: in parts"),
        "reason": _("Asked for: reason"),
        "comment": _("Asked for: comment"),
        "state": _("Request"),
    },
}
SILENT: dict[Any, set[str]] = {
    # Axes and dates that follow from the lines are said by the entry's own words; counters and the first line are derived.
    PurchaseOrder: {"is_draft", "status", "fulfilment", "closure", "open_change_side", "requested_date", "promised_date"}
    | {"due_date", "revision", "line_count", "unanswered_count", "part_number", "part_name", "part_name_en"}
    | {"quantity", "unit", "reminded_on"}
    | {"published_at", "answer_due_at", "answered_at"}  # moments of the entries themselves
    | {"number", "is_past", "order_date", "currency", "receiving_site", "terms", "contact"},  # written once
    PurchaseOrderLine: {"is_draft", "order", "position"},
    ScheduleLine: {"is_draft", "order", "line", "sequence", "over_tolerance", "status", "answered_quantity"}
    | {"first_confirmed_date", "otif_base_date", "received_on", "replaces"},
    Confirmation: {"schedule_line", "is_automatic", "delivery_date"},  # the day is told with the quantity
    ChangeRequest: {"schedule_line", "side", "is_counter", "old_quantity", "old_date", "part_dates"}
    | {"answer_due_at", "is_automatic", "answers_to"},
}
# What the two firms tell each other in words: reasons that are chosen, and what is written.
CHOSEN = [(Confirmation, "reason"), (ChangeRequest, "reason")]
CHOSEN += [(ScheduleLine, "rejected_reason"), (ScheduleLine, "closed_short_reason")]
WRITTEN = (
    (PurchaseOrder, "note"),
    (Confirmation, "comment"),
    (ChangeRequest, "comment"),
    (ScheduleLine, "rejected_comment"),
)
NOTHING = shown_value(None, "", None)
SAID_BY_ANSWERS = {"confirmed_quantity", "confirmed_date", "proposed_date"}
STATES = ("status", "fulfilment", "promised_date", "open_change_side", "closure", "is_draft")


# Of one act the first that is true of a line is said: what answers a request closes it and writes what stands then.
REMINDED = "reminded"
ASKED, COUNTERED, CLOSED, CONFIRMED = "asked", "countered", Closure.SHORT.value, Collaboration.CONFIRMED.value


def history(order: PurchaseOrder) -> tuple[list[Change], list[Told], dict[Any, list[str]]]:
    """The states of an order, newest first, what was changed of it and of all that hangs on it, and what each act did with
    its lines, by its moment (`done_in`). Reminders changed nothing, and are told with the lines that waited then.

    One query; a second one where a line got another part.
    """
    answers = {"schedule_line_id__in": [item.pk for line in order.shown_lines for item in line.schedule]}
    versions = versions_of(
        Source(PurchaseOrder, told_of(order, TOLD[PurchaseOrder], "amount"), {"pgh_obj_id": order.pk}, STATES),
        Source(
            PurchaseOrderLine,
            told_of(order, TOLD[PurchaseOrderLine], "unit_price"),
            {"order_id": order.pk},
            ("position",),
        ),
        Source(ScheduleLine, TOLD[ScheduleLine], {"order_id": order.pk}, ("line", "status")),
        Source(Confirmation, TOLD[Confirmation], answers, ("schedule_line", "delivery_date")),
        Source(ChangeRequest, TOLD[ChangeRequest], answers, ("schedule_line", "part_dates", "is_counter", "side")),
    )
    every = deeds_of(versions)
    deeds = list(_each_once(every))
    lines = {v.row_id: v for v in versions if v.source.model is PurchaseOrderLine}
    schedule = {v.row_id: v for v in versions if v.source.model is ScheduleLine}
    removed = [version for version in lines.values() if version.is_end]
    parts = _parts_of(deeds, removed)

    def line_of(version: Version) -> int | None:
        if version.source.model is PurchaseOrder:
            return None
        if version.source.model is PurchaseOrderLine:
            return version.facts["position"]
        line = lines.get(schedule[version.facts.get("schedule_line_id", version.row_id)].facts["line_id"])
        return line.facts["position"] if line else None

    def name_of(deed: Deed, value: Any) -> str | None:
        if deed.column == "partner_part":
            return parts.get(value)
        facts = deed.version.facts
        if deed.column == "part_quantities":
            return _in_parts(value or (), facts["part_dates"])
        if deed.version.source.model is Confirmation and (deed.column == "quantity" or value == ConfirmationState.PROPOSED):
            return _in_parts([facts["quantity"]], [facts["delivery_date"]])
        return None

    told = in_words(deeds, line_of=line_of, name_of=name_of)
    told += [_removed(line, [v for v in schedule.values() if v.facts["line_id"] == line.row_id], parts) for line in removed]
    states = states_of(versions, PurchaseOrder, *STATES)
    sent = {change.at for change in states if "is_draft" in change.changed}
    done = {at: names for at, names in done_in(every).items() if at not in sent}
    for at, user_id in moments_read(order.reminders):
        told += _reminded(at, user_id, versions, line_of)
        done[at] = [REMINDED]
    return states, told, done


def _reminded(
    at: datetime, user_id: int | None, versions: Iterable[Version], line_of: Callable[[Version], int | None]
) -> Iterator[Told]:
    """The lines on which an answer was awaited when somebody reminded of it, each with what was asked for."""
    then: dict[tuple[Any, int], Version] = {}
    for version in versions:
        if version.at <= at:
            then[version.source.model, version.row_id] = version
    asked = {v.facts["schedule_line_id"]: v for v in then.values() if v.source.model is ChangeRequest and _is_asked(v)}
    waiting = [
        version
        for version in then.values()
        if version.source.model is ScheduleLine
        and not version.is_end
        and (version.facts["status"] in AWAITS_SUPPLIER or version.row_id in asked)
    ]
    label = _("Answer awaited")
    for version in waiting:
        facts, change = version.facts, asked.get(version.row_id)
        parts = ([facts["requested_quantity"]], [facts["requested_date"]])
        if change is not None:
            whole = ([change.facts["quantity"]], [change.facts["delivery_date"]])
            parts = (change.facts["part_quantities"], change.facts["part_dates"]) if change.facts["part_dates"] else whole
        yield Told(at, user_id, label, None, _in_parts(*parts), line_of(version))
    if not waiting:
        yield Told(at, user_id, label, None, NOTHING)


def _is_asked(version: Version) -> bool:
    """Whether the buyer asked for it, and nobody had answered."""
    return version.facts["state"] == ChangeState.OPEN and version.facts["side"] == Side.BUYER


def said_in(log: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The thread of an order: of its log (`accounts.pages.log_of`) what was said in words, with who, when, and of which
    lines; the latest first."""
    chosen, written = ({str(TOLD[model][column]) for model, column in columns} for columns in (CHOSEN, WRITTEN))
    found = []
    for entry in log:
        by_lines: dict[str, list[str]] = {}
        for deed in entry["deeds"]:
            if deed["label"] in chosen | written and deed["new"] != NOTHING:
                words = f"“{deed['new']}”" if deed["label"] in written else deed["new"]
                by_lines.setdefault(deed["lines"], []).append(words)
        if said := [(lines, " ".join(words)) for lines, words in by_lines.items()]:
            found.append({"at": entry["change"].at, "who": entry["who"], "look": entry["look"], "said": said})
    return found


def done_in(deeds: Iterable[Deed]) -> dict[Any, list[str]]:
    """What each act did with the lines of an order, whatever state the order as a whole is in: by its moment the names in
    `pages.DONE`, each once."""
    by_line: dict[tuple[Any, Any], list[Deed]] = {}
    for deed in deeds:
        by_line.setdefault(_act_of(deed), []).append(deed)
    found: dict[Any, list[str]] = {}
    for (at, _line), of_line in by_line.items():
        name = _done_with(of_line)
        if name and name not in found.setdefault(at, []):
            found[at].append(name)
    return {at: names for at, names in found.items() if names}


def _done_with(deeds: list[Deed]) -> str:
    """What an act did with one line; "" where it only changed what is told of it."""
    said = {(deed.version.source.model, deed.column): deed for deed in deeds if not deed.is_first}
    new = {deed.version.source.model: deed for deed in deeds if deed.is_first and deed.column == "state"}
    if (ScheduleLine, "closed_short_reason") in said:
        return CLOSED
    if (ScheduleLine, "rejected_reason") in said:
        return Collaboration.REJECTED.value
    if (offer := new.get(Confirmation)) and offer.new == ConfirmationState.PROPOSED:
        return Collaboration.CHANGE_PROPOSED.value
    if (change := said.get((ChangeRequest, "state"))) and change.new != ChangeState.OPEN:
        return f"request_{change.new}"
    if (decided := said.get((Confirmation, "state"))) and _is_decided(decided):
        return f"offer_{decided.new}"
    if asked := new.get(ChangeRequest):
        return COUNTERED if asked.version.facts["is_counter"] else ASKED
    return CONFIRMED if Confirmation in new else ""


def _each_once(deeds: list[Deed]) -> Iterator[Deed]:
    """What an act did to a line, without what only repeats it.

    An answer tells quantity and day itself, and so does an offer that the buyer takes or declines; an accepted request was
    told when it was asked, and the line now says what was and what is; an offer that is confirmed is no longer told as an
    offer that is gone. That an offer is made is its answer, and that a newer one replaces it is the newer one.
    """
    acts: dict[Any, set[tuple[Any, str]]] = {}
    decided = {_act_of(deed) for deed in deeds if _is_decided(deed)}
    for deed in deeds:
        acts.setdefault(_act_of(deed), set()).add((deed.version.source.model, "" if deed.is_first else deed.column))
    for deed in deeds:
        done, model = acts[_act_of(deed)], deed.version.source.model
        is_accepted = (ChangeRequest, "state") in done
        is_answered = (Confirmation, "") in done and not is_accepted
        if model is Confirmation and (is_accepted or (deed.column == "state" and not _is_decided(deed))):
            continue
        if model is ScheduleLine and deed.column in SAID_BY_ANSWERS and (is_answered or _act_of(deed) in decided):
            continue
        if deed.column == "proposed_date" and deed.new is None and (ScheduleLine, "confirmed_date") in done:
            continue
        yield deed


def _is_decided(deed: Deed) -> bool:
    """Whether the buyer took an offer or declined it."""
    said = (ConfirmationState.ACCEPTED, ConfirmationState.DECLINED)
    return deed.version.source.model is Confirmation and deed.column == "state" and not deed.is_first and deed.new in said


def _act_of(deed: Deed) -> tuple[Any, Any]:
    """The moment of an act and the schedule line that it was about."""
    return deed.version.at, deed.version.facts.get("schedule_line_id", deed.row[1])


def _removed(line: Version, schedule: list[Version], parts: dict[int, str]) -> Told:
    """A line that was taken from the order: its part, and how much of it had been asked for on which day."""
    asked = _in_parts(*zip(*((v.facts["requested_quantity"], v.facts["requested_date"]) for v in schedule), strict=True))
    what = f"{parts.get(line.facts['partner_part_id'], '—')} · {asked}"
    return Told(line.at, line.user_id, _("Removed"), None, what, line.facts["position"])


def _in_parts(quantities: Any, days: Any) -> str:
    """How much on which day: 60 (11/26 (목)), 40 (12/3 (목))."""
    pairs = zip(quantities, days, strict=False)
    return ", ".join(
        f"{shown_value(ChangeRequest, 'quantity', n)} · {shown_value(ChangeRequest, 'delivery_date', day)}"
        for n, day in pairs
    )


def _parts_of(deeds: list[Deed], removed: list[Version]) -> dict[int, str]:
    """The parts that a line was changed from and to, and of removed lines, by id; no query where none was."""
    wanted = {value for deed in deeds if deed.column == "partner_part" for value in (deed.old, deed.new) if value}
    wanted |= {version.facts["partner_part_id"] for version in removed}
    if not wanted:
        return {}
    return {part.pk: str(part) for part in PartnerPart.objects.filter(pk__in=wanted)}
