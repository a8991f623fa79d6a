"""Purchase orders, their lines, the dates and quantities asked for, and the supplier's answers."""

from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.columns import CodeField, NameField, NoteField
from apps.common.units import QUANTITY_DIGITS, UNIT_CHOICES, validate_unit
from apps.tenancy.bases import RelationModel, track_history
from apps.tenancy.models import localized
from apps.tenancy.reads import latest_terms
from apps.tenancy.roles import Side
from apps.tenancy.terms import Terms

from .access import CHANGE_REQUEST, CONFIRMATION, LINE, ORDER, SCHEDULE_LINE
from .progress import Progress
from .statuses import ChangeState, Closure, Collaboration, ConfirmationState, Fulfilment, Reason


class DraftableModel(RelationModel):
    """A shared row that the supplier does not see before the buyer publishes it."""

    is_draft = models.BooleanField(default=True)

    class Meta:
        abstract = True


# In the database, so that sets of orders (imports) and single ones are placed under a version alike.
KEEP_TERMS = pgtrigger.Trigger(
    name="keep_terms",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Q(new__is_draft=False, new__terms__isnull=True),
    func=f"""
        SELECT id INTO NEW.terms_id {latest_terms("NEW.relation_id")};
        RETURN NEW;
    """,
)


@track_history()
class PurchaseOrder(DraftableModel):
    """An order. Its counters and dates are kept by `services.refresh_order`, so that lists read one row."""

    shown_lines: list[Any]  # with their schedule, as `selectors.order_with_lines` finds them
    reminders: list[Any]  # as `selectors.order` finds them, for `events.selectors.moments_read`
    access = ORDER
    tenant_of = {"receiving_site": "buyer"}

    number = CodeField(_("order number"), max_length=40)
    is_past = models.BooleanField(
        default=False, db_default=False, help_text="of the time before the two traded here, as the buyer's table says"
    )
    supplier_number = CodeField(_("supplier's order number"), max_length=40, blank=True)
    revision = models.PositiveSmallIntegerField(default=1)
    order_date = models.DateField(_("order date"))
    currency = CodeField(_("currency"), max_length=3, default="KRW")
    receiving_site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+")
    terms = models.ForeignKey(
        "tenancy.RelationTerms",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="kept from publication on",
    )
    contact = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="buyer in charge; null where nobody knows who that was",
    )
    contact_name = NameField(_("buyer in charge"), max_length=80, blank=True, help_text="as it was when it was written")
    note = NoteField(_("note to the supplier"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True, help_text="when every line had its first answer; written once")
    reminded_on = models.DateField(null=True)

    status = models.CharField(max_length=16, choices=Collaboration, default=Collaboration.DRAFT)
    fulfilment = models.CharField(max_length=16, choices=Fulfilment, default=Fulfilment.OPEN)
    closure = models.CharField(max_length=16, choices=Closure, default=Closure.OPEN)
    open_change_side = models.CharField(max_length=8, blank=True, help_text="who asked for open changes: a side, or both")
    line_count = models.PositiveSmallIntegerField(default=0)
    unanswered_count = models.PositiveSmallIntegerField(default=0)
    amount = models.DecimalField(max_digits=20, decimal_places=4, default=Decimal(0))
    requested_date = models.DateField(null=True, help_text="of the open line that slips most, else is due first")
    promised_date = models.DateField(null=True, help_text="proposed, else confirmed date of that line")
    due_date = models.DateField(null=True, help_text="earliest promised, else requested date still open; null when done")
    part_number = CodeField(max_length=60, blank=True, help_text="of the first line")
    part_name = NameField(max_length=200, blank=True)
    part_name_en = NameField(max_length=200, blank=True)
    quantity = models.DecimalField(**QUANTITY_DIGITS, default=Decimal(0), help_text="of the first line, in its unit")
    unit = models.CharField(max_length=3, choices=UNIT_CHOICES, default="H87")

    class Meta:
        constraints = [
            models.UniqueConstraint("buyer", "number", name="order_number_unique"),
            models.CheckConstraint(condition=Q(is_draft=True) ^ ~Q(status="draft"), name="order_draft_flag"),
        ]
        triggers = [KEEP_TERMS]
        indexes = [
            models.Index(F("buyer"), F("order_date").desc(), F("id").desc(), name="order_buyer_list"),
            models.Index(F("supplier"), F("order_date").desc(), F("id").desc(), name="order_supplier_list"),
            models.Index(F("buyer"), F("status"), F("order_date").desc(), F("id").desc(), name="order_buyer_status"),
            models.Index(F("supplier"), F("status"), F("order_date").desc(), F("id").desc(), name="order_supplier_status"),
            models.Index("buyer", "amount", "id", name="order_buyer_amount"),
            models.Index("supplier", "amount", "id", name="order_supplier_amount"),
            models.Index("buyer", "contact_name", name="order_buyer_contact"),
            models.Index("supplier", "contact_name", name="order_supplier_contact"),
            models.Index("buyer", "due_date", name="order_buyer_due", condition=Q(due_date__isnull=False)),
            models.Index("supplier", "due_date", name="order_supplier_due", condition=Q(due_date__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def part_label(self) -> str:
        return localized(self.part_name, self.part_name_en)

    @property
    def is_unanswered(self) -> bool:
        """Whether a line waits for the supplier; the status tells of the line alone that needs attention most."""
        return self.unanswered_count > 0

    @property
    def agreed(self) -> Terms:
        """The terms that hold for this order: those of its publication, a draft's are the relation's of now."""
        return self.terms or self.relation

    @property
    def has_other_terms_now(self) -> bool:
        """Whether the firms have agreed on other terms since."""
        return not self.agreed.agrees_with(self.relation)


@track_history(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PurchaseOrderLine(DraftableModel):
    """One part on an order."""

    access = LINE
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField(_("position"))
    partner_part = models.ForeignKey("masterdata.PartnerPart", on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(_("unit"), max_length=3, choices=UNIT_CHOICES, validators=[validate_unit])
    unit_price = models.DecimalField(_("unit price"), max_digits=18, decimal_places=4, null=True)

    class Meta:
        constraints = [models.UniqueConstraint("order", "position", name="order_line_position_unique")]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"


# Few of all lines: partial indexes hold them, and the selectors that ask for them use the same conditions.
UNANSWERED = Q(unanswered_count__gt=0)  # of orders: as `PurchaseOrder.is_unanswered`
TO_SHIP = Q(
    status=Collaboration.CONFIRMED,
    closed_short_reason="",
    confirmed_quantity__gt=F("shipped_quantity") - F("rejected_quantity"),
)
REFUSED = Q(status=Collaboration.REJECTED, closed_short_reason="")
MISSING = Q(closed_short_reason="", requested_quantity__gt=F("received_quantity") - F("rejected_quantity"))


@track_history()
class ScheduleLine(Progress, DraftableModel):
    """A quantity on a date. Requested, confirmed, first confirmed and OTIF base date are four facts, never one."""

    access = SCHEDULE_LINE
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="schedule_lines")
    line = models.ForeignKey(PurchaseOrderLine, on_delete=models.CASCADE, related_name="schedule_lines", db_index=False)
    sequence = models.PositiveSmallIntegerField(default=1)
    requested_quantity = models.DecimalField(**QUANTITY_DIGITS, help_text="in the line's unit")
    requested_date = models.DateField(help_text="in the receiving site's time zone")
    over_tolerance = models.DecimalField(max_digits=5, decimal_places=4, default=Decimal(0), help_text="agreed when ordered")
    status = models.CharField(max_length=16, choices=Collaboration, default=Collaboration.DRAFT)
    answered_quantity = models.DecimalField(**QUANTITY_DIGITS, default=Decimal(0), help_text="open and accepted answers")
    confirmed_quantity = models.DecimalField(**QUANTITY_DIGITS, default=Decimal(0), help_text="accepted answers")
    confirmed_date = models.DateField(null=True, help_text="day by which accepted answers cover the confirmed quantity")
    proposed_date = models.DateField(null=True, help_text="last day of an open proposal; null when none is open")
    first_confirmed_date = models.DateField(null=True, help_text="written once")
    otif_base_date = models.DateField(null=True, help_text="first confirmed; moved only by the buyer's accepted changes")
    shipped_quantity = models.DecimalField(
        **QUANTITY_DIGITS, default=Decimal(0), help_text="announced or under way, and come"
    )
    received_quantity = models.DecimalField(**QUANTITY_DIGITS, default=Decimal(0), help_text="accepted on arrival")
    rejected_quantity = models.DecimalField(
        **QUANTITY_DIGITS, default=Decimal(0), help_text="of the received, by inspection"
    )
    received_on = models.DateField(null=True, help_text="day of the last receipt, in the receiving site's calendar")
    closed_short_reason = models.CharField(max_length=12, choices=Reason, blank=True)
    rejected_reason = models.CharField(max_length=12, choices=Reason, blank=True, default="", db_default="")
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="replaced_by",
        db_index=False,
        help_text="the refused line that was ordered anew by this one",
    )
    rejected_comment = NoteField(max_length=500, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint("line", "sequence", name="schedule_line_sequence_unique"),
            models.CheckConstraint(condition=Q(requested_quantity__gt=0), name="schedule_line_quantity_gt_0"),
            models.CheckConstraint(
                condition=Q(answered_quantity__lte=F("requested_quantity") * (1 + F("over_tolerance"))),
                name="schedule_line_answered_within_tolerance",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_quantity__lte=F("answered_quantity")), name="schedule_line_confirmed_answered"
            ),
            models.CheckConstraint(
                condition=Q(shipped_quantity__gte=F("received_quantity"), rejected_quantity__lte=F("received_quantity")),
                name="schedule_line_shipped_received_rejected",
            ),
        ]
        indexes = [
            models.Index("buyer", "requested_date", name="schedule_line_buyer_day"),
            models.Index("buyer", "otif_base_date", name="schedule_line_buyer_base"),
            models.Index("supplier", "otif_base_date", name="schedule_line_supplier_base"),
            models.Index("buyer", "requested_date", name="schedule_line_missing", condition=MISSING),
            models.Index("buyer", "requested_date", name="schedule_line_refused", condition=REFUSED),
            models.Index("replaces", name="schedule_line_replaces", condition=Q(replaces__isnull=False)),
            models.Index("buyer", name="schedule_line_buyer_to_ship", condition=TO_SHIP),
            models.Index("supplier", name="schedule_line_supplier_to_ship", condition=TO_SHIP),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}/{self.sequence}"

    @property
    def max_quantity(self) -> Decimal:
        """The most that may be answered, in the line's unit, tolerance included."""
        most = self.requested_quantity * (1 + self.over_tolerance)
        return most.quantize(Decimal("0.000001"), rounding=ROUND_DOWN)

    @property
    def unconfirmed_quantity(self) -> Decimal:
        return max(self.requested_quantity - self.confirmed_quantity, Decimal(0))

    @property
    def shippable_quantity(self) -> Decimal:
        """The most that may still be announced: confirmed plus tolerance, less what is on its way or came good."""
        most = self.confirmed_quantity * (1 + self.over_tolerance) - self.shipped_quantity + self.rejected_quantity
        return max(most.quantize(Decimal("0.000001"), rounding=ROUND_DOWN), Decimal(0))

    @property
    def to_ship_quantity(self) -> Decimal:
        """Confirmed and not yet announced, without the tolerance."""
        return max(self.confirmed_quantity - self.shipped_quantity + self.rejected_quantity, Decimal(0))


@track_history()
class Confirmation(RelationModel):
    """A supplier's answer to one schedule line; several answers split the line over dates."""

    access = CONFIRMATION
    schedule_line = models.ForeignKey(ScheduleLine, on_delete=models.PROTECT, related_name="confirmations", db_index=False)
    quantity = models.DecimalField(**QUANTITY_DIGITS, help_text="in the line's unit")
    delivery_date = models.DateField(help_text="in the receiving site's time zone")
    reason = models.CharField(_("reason"), max_length=12, choices=Reason, blank=True)
    comment = NoteField(_("comment"), max_length=500, blank=True)
    state = models.CharField(max_length=12, choices=ConfirmationState)
    is_automatic = models.BooleanField(default=False, help_text="accepted by rule: within tolerance and window")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="confirmation_quantity_gt_0")]
        indexes = [models.Index("schedule_line", "state", name="confirmation_state")]

    def __str__(self) -> str:
        return f"{self.quantity} on {self.delivery_date}"


@track_history()
class ChangeRequest(RelationModel):
    """One side asks for another quantity or day of a schedule line; the other side answers before the deadline.

    On a line whose proposal is open, the buyer's request is a counter-proposal: it keeps what was requested first, and
    the supplier's offer stands until the counter-proposal is answered. A supplier's counter-proposal takes the place of the
    buyer's request on a confirmed line, which stays as it is confirmed until the buyer says yes.
    """

    access = CHANGE_REQUEST
    schedule_line = models.ForeignKey(ScheduleLine, on_delete=models.PROTECT, related_name="change_requests")
    side = models.CharField(max_length=8, choices=Side, help_text="who asks")
    is_counter = models.BooleanField(default=False)
    answers_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="of a supplier's counter-proposal: the buyer's request that it answers",
    )
    old_quantity = models.DecimalField(**QUANTITY_DIGITS)
    old_date = models.DateField()
    quantity = models.DecimalField(**QUANTITY_DIGITS, help_text="in the line's unit, all parts together")
    delivery_date = models.DateField(help_text="in the receiving site's time zone; of the last part")
    part_quantities = ArrayField(models.DecimalField(**QUANTITY_DIGITS), default=list, db_default=[], blank=True)
    part_dates = ArrayField(
        models.DateField(), default=list, db_default=[], blank=True, help_text="of a split wish, in order; else empty"
    )
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    comment = NoteField(_("comment"), max_length=500, blank=True)
    answer_due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.OPEN)
    is_automatic = models.BooleanField(default=False, help_text="accepted by rule: outside the fence, within tolerance")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="change_request_quantity_gt_0"),
            models.CheckConstraint(
                condition=Q(part_quantities__len=F("part_dates__len")), name="change_request_parts_have_days"
            ),
            models.UniqueConstraint("schedule_line", condition=Q(state="open"), name="change_request_one_open"),
        ]
        indexes = [
            models.Index("buyer", "answer_due_at", name="change_buyer_open", condition=Q(state="open")),
            models.Index("supplier", "answer_due_at", name="change_supplier_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} on {self.delivery_date} for {self.schedule_line_id}"

    @property
    def parts(self) -> list[tuple[Decimal, date]]:
        """What is asked for, part by part, the earliest first."""
        parts = list(zip(self.part_quantities, self.part_dates, strict=True))
        return parts or [(self.quantity, self.delivery_date)]
