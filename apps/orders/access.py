"""Who writes what on an order. Each column is declared once; `tests/walk/test_guards.py` tries every one from both sides.

What the buyer asks for and what the supplier answers is changed by its own side only. What both firms' acts move says so,
with the reason.
"""

from apps.tenancy.access import Access, Guard, linked, nobody, side, sides, where

# A draft is the buyer's alone until it is published; the flag stands on every row so that no policy needs a join.
DRAFTABLE = side("buyer") | (side("supplier") & where(is_draft=False))
NO_DRAFT = "the supplier sees no draft"
BUYER, SUPPLIER = side("buyer"), side("supplier")

_BUYER_ASKS = where(side="buyer", state="open", is_counter=False)
_PUBLISH = Guard(("is_draft",), by=BUYER & where(is_draft=False))

ORDER = Access(
    read=DRAFTABLE,
    write=DRAFTABLE,
    insert=BUYER,
    delete=BUYER & (where(is_draft=True) | where(is_past=True)),
    reason=NO_DRAFT,
    guards=(
        _PUBLISH,
        Guard(
            ("number", "order_date", "receiving_site", "contact", "contact_name", "terms", "created_at", "is_past"),
            by=nobody(),
        ),
        Guard(("currency", "note", "published_at", "answer_due_at", "line_count"), by=BUYER),
        Guard(("part_number", "part_name", "part_name_en", "unit"), by=BUYER),
        # The buyer's own sums move with its quantities: also when the supplier says yes to a change that it asked for.
        Guard(
            ("amount", "quantity", "revision"),
            by=BUYER
            | linked(
                "orders.ScheduleLine",
                order="pk",
                when=linked("orders.ChangeRequest", schedule_line="pk", when=_BUYER_ASKS),
            ),
        ),
        Guard(("supplier_number", "reminded_on"), by=SUPPLIER),
        Guard(("answered_at",), by=nobody(), first=sides()),
        Guard(
            ("status", "fulfilment", "closure", "unanswered_count", "open_change_side"),
            by=sides(),
            reason="kept of the schedule lines: each act of either side moves them",
        ),
        Guard(
            ("requested_date", "promised_date", "due_date"),
            by=sides(),
            reason="kept of the schedule lines: which line slips most, and what is still open, follows each answer",
        ),
    ),
)
LINE = Access(
    read=DRAFTABLE,
    write=BUYER,
    reason=NO_DRAFT,
    guards=(
        _PUBLISH,
        Guard(("order", "position"), by=nobody()),
        Guard(("partner_part", "unit", "unit_price"), by=BUYER),
    ),
)
SCHEDULE_LINE = Access(
    read=DRAFTABLE,
    write=DRAFTABLE,
    insert=BUYER,
    delete=BUYER,
    reason=NO_DRAFT,
    guards=(
        _PUBLISH,
        Guard(("order", "line", "sequence", "replaces"), by=nobody()),
        Guard(("over_tolerance", "received_quantity", "rejected_quantity", "received_on", "closed_short_reason"), by=BUYER),
        # The supplier says yes to the change that is open: then these become what the buyer asked for, and nothing else.
        Guard(
            ("requested_quantity", "requested_date"),
            by=BUYER
            | linked(
                "orders.ChangeRequest",
                schedule_line="pk",
                quantity="requested_quantity",
                delivery_date="requested_date",
                when=_BUYER_ASKS,
            ),
        ),
        Guard(("rejected_reason", "rejected_comment"), by=SUPPLIER),
        Guard(
            ("status",),
            by=(BUYER & where(status=("published", "acknowledged", "change_proposed", "confirmed", "cancelled")))
            | (SUPPLIER & where(status=("acknowledged", "change_proposed", "confirmed", "rejected"))),
        ),
        Guard(("first_confirmed_date",), by=nobody(), first=sides()),
        Guard(
            ("otif_base_date",),
            by=linked(
                "orders.ChangeRequest",
                schedule_line="pk",
                delivery_date="otif_base_date",
                when=where(side="buyer", state="open"),
            )
            # The buyer says yes to what the supplier offers instead of the day that the buyer asked for.
            | (
                BUYER
                & linked(
                    "orders.ChangeRequest",
                    schedule_line="pk",
                    delivery_date="otif_base_date",
                    when=where(side="supplier", state="open", is_counter=True),
                )
            ),
            first=sides(),
        ),
        Guard(
            ("answered_quantity", "confirmed_quantity", "confirmed_date", "proposed_date"),
            by=sides(),
            reason="what both agreed on: settled by whoever says yes last, taken back by the buyer who declines or cancels",
        ),
        Guard(
            ("shipped_quantity",),
            by=sides(),
            reason="announced by the supplier; a receipt takes off what came short or damaged",
        ),
    ),
)
# What was agreed for an order when it was sent: its lines count as confirmed, exactly as they are requested.
_NOT_ANSWERED = linked(
    "orders.PurchaseOrder", id="order", when=linked("tenancy.RelationTerms", id="terms", when=where(way="none"))
)
_AS_REQUESTED = linked(
    "orders.ScheduleLine",
    id="schedule_line",
    requested_quantity="quantity",
    requested_date="delivery_date",
    when=_NOT_ANSWERED,
)
# Of what was delivered before the two traded here, the buyer tells the whole, and takes it out again.
PAST = BUYER & linked(
    "orders.ScheduleLine", id="schedule_line", when=linked("orders.PurchaseOrder", id="order", when=where(is_past=True))
)
# The buyer's yes to a change that the supplier asked for writes the answer anew; any other answer is the supplier's.
CONFIRMATION = Access(
    read=sides(),
    insert=SUPPLIER
    | (BUYER & _AS_REQUESTED)
    | PAST
    | (BUYER & linked("orders.ChangeRequest", schedule_line="schedule_line", when=where(side="supplier", state="open"))),
    update=sides(),
    delete=PAST,
    guards=(
        Guard(
            ("schedule_line", "quantity", "delivery_date", "reason", "comment", "is_automatic", "created_at", "created_by"),
            by=nobody(),
        ),
        Guard(("state",), by=BUYER | (SUPPLIER & where(state="superseded"))),
    ),
)
_ASKED_BY_BUYER, _ASKED_BY_SUPPLIER = where(side="buyer"), where(side="supplier")
ASKED_BY_US = (BUYER & _ASKED_BY_BUYER) | (SUPPLIER & _ASKED_BY_SUPPLIER)
_TAKEN_BACK, _ANSWERED = where(state=("withdrawn", "expired")), where(state=("accepted", "rejected"))
_COUNTERED = where(state="countered")
CHANGE_REQUEST = Access(
    read=sides(),
    insert=(BUYER & where(side="buyer", state="open")) | (SUPPLIER & _ASKED_BY_SUPPLIER),
    update=sides(),
    guards=(
        Guard(("schedule_line", "side", "is_counter", "old_quantity", "old_date", "quantity", "delivery_date"), by=nobody()),
        Guard(("part_quantities", "part_dates", "reason", "comment", "answer_due_at", "answers_to"), by=nobody()),
        Guard(("is_automatic", "created_at", "created_by"), by=nobody()),
        # Who asked takes it back; who was asked answers.
        Guard(
            ("state",),
            by=(BUYER & _ASKED_BY_BUYER & _TAKEN_BACK)
            | (SUPPLIER & _ASKED_BY_SUPPLIER & _TAKEN_BACK)
            | (BUYER & _ASKED_BY_SUPPLIER & _ANSWERED)
            | (SUPPLIER & _ASKED_BY_BUYER & (_ANSWERED | _COUNTERED)),
        ),
    ),
)
