"""What a month of material came to: figures frozen as they were proposed, and the other side's answer."""

from collections.abc import Iterable
from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.columns import CodeField, NoteField
from apps.common.currencies import paid
from apps.common.units import QUANTITY_DIGITS, UNIT_CHOICES
from apps.tenancy.access import Access, Guard, linked, nobody, side, sides, where
from apps.tenancy.bases import RelationModel, track_history
from apps.tenancy.roles import Side

from .statuses import SettlementState

_PROPOSER = (side("buyer") & where(proposed_by="buyer")) | (side("supplier") & where(proposed_by="supplier"))
_OTHER = (side("supplier") & where(proposed_by="buyer")) | (side("buyer") & where(proposed_by="supplier"))
_ANSWERED = ("accepted", "disputed")
_UNANSWERED = where(state="proposed", answer="", answered_at=None, answered_by=None)

# The guards say which side writes a column, this which state follows which: neither side goes back behind an answer. After
# the guards, so that they speak first.
_AS_ANSWERED = pgtrigger.Protect(
    name="as_answered",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition(
        "((OLD.state IS DISTINCT FROM NEW.state AND (OLD.state, NEW.state) NOT IN"
        " (('proposed', 'accepted'), ('proposed', 'disputed'), ('disputed', 'replaced')))"
        " OR (OLD.state <> 'proposed' AND (OLD.answer, OLD.answered_at, OLD.answered_by_id)"
        " IS DISTINCT FROM (NEW.answer, NEW.answered_at, NEW.answered_by_id)))"
    ),
)


@track_history()
class Settlement(RelationModel):
    """One edition of the month of a relation. The side that did not propose it accepts or disputes; a new edition, with
    figures of its own, replaces one that is not accepted."""

    access = Access(
        read=sides(),
        insert=_PROPOSER & _UNANSWERED,
        update=sides(),
        guards=(
            Guard(("month", "edition", "proposed_by", "currency", "note", "replaces"), by=nobody()),
            Guard(("created_at", "created_by"), by=nobody()),
            Guard(("answer", "answered_at", "answered_by"), by=_OTHER),
            Guard(("state",), by=(_OTHER & where(state=_ANSWERED)) | (sides() & where(state="replaced"))),
        ),
    )

    month = models.DateField(_("month"), help_text="its first day")
    edition = models.PositiveSmallIntegerField()
    proposed_by = models.CharField(max_length=8, choices=Side)
    state = models.CharField(max_length=8, choices=SettlementState, default=SettlementState.PROPOSED)
    currency = CodeField(max_length=3, help_text="the relation's when it was proposed")
    note = NoteField(_("note"), max_length=500, blank=True)
    answer = NoteField(_("answer"), max_length=500, blank=True, help_text="why it is disputed")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("relation", "month", "edition", name="settlement_edition"),
            models.UniqueConstraint("relation", "month", name="settlement_one_standing", condition=~Q(state="replaced")),
            models.CheckConstraint(condition=Q(month__day=1), name="settlement_of_a_month"),
        ]
        triggers = [_AS_ANSWERED]
        indexes = [
            models.Index(F("buyer"), F("month").desc(), F("id").desc(), name="settlement_buyer_list"),
            models.Index(F("supplier"), F("month").desc(), F("id").desc(), name="settlement_supplier_list"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As both firms call it: the month and its edition."""
        return f"{self.month:%Y-%m}/{self.edition}"


class SettlementLine(RelationModel):
    """One material at one site of the supplier over the month. opening + received − used − scrapped − returned = closing."""

    access = Access(read=sides(), insert=linked("consigned.Settlement", id="settlement", when=_PROPOSER & _UNANSWERED))
    tenant_of = {"site": "supplier"}

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="lines", db_index=False)
    consigned_part = models.ForeignKey("inventory.ConsignedPart", on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.CharField(max_length=3, choices=UNIT_CHOICES)
    begins_at = models.DateTimeField(null=True, help_text="where the accepted month before ended, else the month begins")
    ends_at = models.DateTimeField(null=True, help_text="where the month ends at the site")
    opening = models.DecimalField(**QUANTITY_DIGITS)
    brought_forward = models.DecimalField(
        **QUANTITY_DIGITS, null=True, help_text="what the accepted month before ended with; null: none is accepted"
    )
    received = models.DecimalField(**QUANTITY_DIGITS)
    used = models.DecimalField(**QUANTITY_DIGITS)
    used_rejected = models.DecimalField(
        **QUANTITY_DIGITS, default=Decimal(0), db_default=Decimal(0), help_text="of used: for pieces that were rejected"
    )
    scrapped = models.DecimalField(**QUANTITY_DIGITS)
    defective = models.DecimalField(
        **QUANTITY_DIGITS, default=Decimal(0), db_default=Decimal(0), help_text="of scrapped: the material was at fault"
    )
    returned = models.DecimalField(**QUANTITY_DIGITS)
    missing = models.DecimalField(
        **QUANTITY_DIGITS, default=Decimal(0), db_default=Decimal(0), help_text="said not to have come, on either way"
    )
    closing = models.DecimalField(**QUANTITY_DIGITS, help_text="as booked, before any count")
    counted = models.DecimalField(**QUANTITY_DIGITS, null=True, help_text="null: not all was counted, or too early")
    counted_on = models.DateField(null=True, help_text="the first of the days on which it was")
    booked_difference = models.DecimalField(
        **QUANTITY_DIGITS,
        default=Decimal(0),
        db_default=Decimal(0),
        help_text="what counts of the month found, complete or not",
    )
    is_charged = models.BooleanField()
    allowed_loss = models.DecimalField(max_digits=5, decimal_places=4)
    unit_price = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    currency = CodeField(max_length=3, blank=True, default="", db_default="", help_text="of it; empty: the settlement's")
    owed_quantity = models.DecimalField(**QUANTITY_DIGITS, null=True, help_text="that the supplier pays; null: unknown")

    class Meta:
        constraints = [
            models.UniqueConstraint("settlement", "consigned_part", "site", name="settlement_line_once"),
            models.CheckConstraint(
                condition=Q(closing=F("opening") + F("received") - F("used") - F("scrapped") - F("returned")),
                name="settlement_line_adds_up",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.settlement_id}: {self.consigned_part_id}"

    @property
    def difference(self) -> Decimal | None:
        """Counted less booked: below 0 something is missing. None: not all was counted."""
        if self.counted is None:
            return None
        found: Decimal = self.counted - self.closing
        return found

    @property
    def carried(self) -> Decimal:
        """With what the next month opens."""
        found: Decimal = self.closing + self.booked_difference if self.counted is None else self.counted
        return found

    @property
    def opens_otherwise(self) -> bool:
        """The ledger opens with another figure than both firms accepted of the month before."""
        return self.brought_forward is not None and self.brought_forward != self.opening

    @property
    def paid_in(self) -> str:
        """The currency in which its price was agreed."""
        return self.currency or self.settlement.currency

    @property
    def amount(self) -> Decimal | None:
        """What the supplier owes, as it is paid in the currency of its price. None: it is unknown how much, or no price is
        agreed."""
        if self.owed_quantity is None or (self.unit_price is None and self.owed_quantity):
            return None
        return paid(self.owed_quantity * (self.unit_price or 0), self.paid_in)


def owed_by_currency(lines: Iterable[SettlementLine]) -> dict[str, Decimal] | None:
    """What lines come to, by currency; nothing is added over two. None: of one it is unknown how much."""
    found: dict[str, Decimal] = {}
    for line in lines:
        if line.amount is None:
            return None
        found[line.paid_in] = found.get(line.paid_in, Decimal(0)) + line.amount
    return found
