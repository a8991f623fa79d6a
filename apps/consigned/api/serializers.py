"""Shapes of consigned material in the API."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.common.api import CodeText, IdField, NoteText, QuantityField
from apps.common.shapes import Shape
from apps.common.units import UNIT_CHOICES
from apps.inventory.models import MovementKind, StockStatus
from apps.tenancy.prices import are_hidden
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from ..selectors import document_of
from ..services import MAX_LINES, Arrived, Loss, Sent, Use
from ..statuses import LossReason, NoteKind, NoteStatus, SettlementState

SHARE: dict[str, Any] = {"max_digits": 5, "decimal_places": 4, "min_value": 0, "max_value": Decimal("0.9999")}
PRICE: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}


class MaterialSerializer(Shape):
    id = serializers.IntegerField()
    number = serializers.CharField(help_text="the buyer's")
    name = serializers.CharField()
    unit = serializers.CharField()
    is_charged = serializers.BooleanField(help_text="what was used is paid by the supplier")
    unit_price = serializers.SerializerMethodField()
    currency = serializers.CharField(source="paid_in", help_text="of the unit price")
    allowed_loss = serializers.DecimalField(max_digits=5, decimal_places=4, help_text="a share of what was used")
    ended_at = serializers.DateTimeField(allow_null=True)
    relation_id = serializers.IntegerField()
    buyer_id = serializers.IntegerField()
    supplier_id = serializers.IntegerField()

    def get_unit_price(self, row: Any) -> str | None:
        return None if are_hidden(row) or row.unit_price is None else str(row.unit_price)


class TermsSerializer(Shape):
    is_charged = serializers.BooleanField(default=False)
    unit_price = serializers.DecimalField(**PRICE, min_value=0, required=False, allow_null=True)
    allowed_loss = serializers.DecimalField(**SHARE, default=Decimal(0))
    confirmed = serializers.BooleanField(required=False, help_text="a very high price is meant")

    def terms(self) -> dict[str, Any]:
        data = self.validated_data
        return {
            "is_charged": data["is_charged"],
            "unit_price": data.get("unit_price"),
            "allowed_loss": data["allowed_loss"],
            "is_confirmed": data.get("confirmed", False),
        }


class NewMaterialSerializer(TermsSerializer):
    relation = IdField()
    part = IdField(help_text="id of one of the buyer's own parts")


class UseSerializer(Shape):
    material_id = serializers.IntegerField(source="consigned_part_id")
    part_id = serializers.IntegerField(source="partner_part_id", help_text="the partner part's")
    quantity = QuantityField(help_text="of the material in one unit of the part")
    scrap_share = serializers.DecimalField(max_digits=5, decimal_places=4)


class NewUseSerializer(Shape):
    material = IdField()
    quantity = QuantityField()
    scrap_share = serializers.DecimalField(**SHARE, default=Decimal(0))


class MaterialUsesSerializer(Shape):
    part = IdField(help_text="id of the partner part; what stood before is replaced whole")
    uses = NewUseSerializer(many=True, max_length=200)

    def arguments(self) -> dict[str, Any]:
        data = self.validated_data
        uses = [Use(row["material"], row["quantity"], row["scrap_share"]) for row in data["uses"]]
        return {"partner_part_id": data["part"], "uses": uses}


class MaterialStockSerializer(Shape):
    id = serializers.IntegerField()
    material_id = serializers.IntegerField(source="consigned_part_id")
    number = serializers.CharField()
    owner_id = serializers.IntegerField(help_text="the firm whose it is")
    holder_id = serializers.IntegerField(source="organization_id", help_text="the firm with which it lies")
    site_id = serializers.IntegerField()
    status = serializers.ChoiceField(StockStatus.choices)
    lot = serializers.CharField()
    quantity = QuantityField()
    unit = serializers.CharField()
    as_of = serializers.DateTimeField()


class MaterialMovementSerializer(Shape):
    id = serializers.IntegerField()
    material_id = serializers.IntegerField(source="consigned_part_id")
    number = serializers.CharField()
    owner_id = serializers.IntegerField()
    holder_id = serializers.IntegerField(source="organization_id")
    site_id = serializers.IntegerField()
    status = serializers.ChoiceField(StockStatus.choices)
    kind = serializers.ChoiceField(MovementKind.choices)
    lot = serializers.CharField()
    quantity = QuantityField()
    unit = serializers.CharField()
    reference = serializers.SerializerMethodField(help_text="the document behind it; the owner sees none of production")
    created_at = serializers.DateTimeField()

    def get_reference(self, row: Any) -> str:
        side = Side.BUYER if row.owner_id in require_scope().organization_ids else Side.SUPPLIER
        return document_of(row, side)


class NoteRowSerializer(Shape):
    id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(NoteKind.choices)
    status = serializers.ChoiceField(NoteStatus.choices)
    buyer_site_id = serializers.IntegerField()
    supplier_site_id = serializers.IntegerField()
    arrives_on = serializers.DateField(allow_null=True)
    sent_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField(allow_null=True)
    line_count = serializers.IntegerField()
    note = serializers.CharField()
    relation_id = serializers.IntegerField()
    buyer_id = serializers.IntegerField()
    supplier_id = serializers.IntegerField()


class NoteLineSerializer(Shape):
    id = serializers.IntegerField()
    position = serializers.IntegerField()
    material_id = serializers.IntegerField(source="consigned_part_id")
    number = serializers.CharField(source="consigned_part.number")
    quantity = QuantityField()
    unit = serializers.CharField()
    lot = serializers.CharField()
    received_quantity = QuantityField(help_text="good")
    damaged_quantity = QuantityField()
    missing_quantity = QuantityField()
    open_quantity = QuantityField(help_text="still on its way")


class NoteSerializer(NoteRowSerializer):
    lines = NoteLineSerializer(many=True, source="shown_lines")


class NewNoteLineSerializer(Shape):
    material = IdField()
    quantity = QuantityField()
    unit = serializers.ChoiceField(UNIT_CHOICES, required=False, help_text="default: the material's")
    lot = CodeText(max_length=60, required=False, allow_blank=True, help_text="default: the oldest")
    status = serializers.ChoiceField(["available", "blocked"], default="available")


class NewNoteSerializer(Shape):
    relation = IdField()
    buyer_site = IdField()
    supplier_site = IdField()
    lines = NewNoteLineSerializer(many=True, max_length=MAX_LINES)
    arrives_on = serializers.DateField(required=False, allow_null=True)
    note = NoteText(max_length=500, required=False, allow_blank=True)

    def arguments(self) -> dict[str, Any]:
        """The arguments of `services.send`."""
        data = self.validated_data
        lines = [
            Sent(row["material"], row["quantity"], row.get("lot", ""), row.get("unit", ""), row["status"])
            for row in data["lines"]
        ]
        return {
            "relation_id": data["relation"],
            "buyer_site_id": data["buyer_site"],
            "supplier_site_id": data["supplier_site"],
            "lines": lines,
            "arrives_on": data.get("arrives_on"),
            "note": data.get("note", ""),
        }


class ArrivedSerializer(Shape):
    line = IdField()
    quantity = QuantityField(help_text="good")
    damaged = QuantityField(default=Decimal(0), help_text="came, and lies blocked")


class ReceiveSerializer(Shape):
    lines = ArrivedSerializer(many=True, required=False, max_length=MAX_LINES, help_text="default: all as sent")
    rest_is_missing = serializers.BooleanField(
        default=False, help_text="true: what has not come by now never comes; else it is still on its way"
    )

    def arguments(self) -> dict[str, Any]:
        """The arguments of `services.receive`."""
        data = self.validated_data
        lines = data.get("lines")
        arrived = None if lines is None else [Arrived(row["line"], row["quantity"], row["damaged"]) for row in lines]
        return {"arrived": arrived, "is_rest_missing": data["rest_is_missing"]}


class LossSerializer(Shape):
    id = serializers.IntegerField()
    number = serializers.CharField()
    material_id = serializers.IntegerField(source="consigned_part_id")
    site_id = serializers.IntegerField()
    quantity = QuantityField()
    unit = serializers.CharField()
    lot = serializers.CharField()
    reason = serializers.ChoiceField(LossReason.choices)
    note = serializers.CharField()
    created_at = serializers.DateTimeField()


class NewLossSerializer(Shape):
    material = IdField()
    quantity = QuantityField()
    reason = serializers.ChoiceField(LossReason.choices)
    lot = CodeText(max_length=60, required=False, allow_blank=True)
    unit = serializers.ChoiceField(UNIT_CHOICES, required=False)
    note = NoteText(max_length=500, required=False, allow_blank=True)


class NewLossesSerializer(Shape):
    site = IdField(help_text="one of the firm's")
    rows = NewLossSerializer(many=True, min_length=1, max_length=200)

    def arguments(self) -> dict[str, Any]:
        """The arguments of `services.report_losses`."""
        data = self.validated_data
        losses = [
            Loss(row["material"], row["quantity"], row["reason"], *(row.get(name, "") for name in ("lot", "unit", "note")))
            for row in data["rows"]
        ]
        return {"site_id": data["site"], "losses": losses}


class SettlementLineSerializer(Shape):
    material_id = serializers.IntegerField(source="consigned_part_id")
    number = serializers.CharField(source="consigned_part.number")
    site_id = serializers.IntegerField()
    unit = serializers.CharField()
    begins_at = serializers.DateTimeField(allow_null=True, help_text="where the accepted month before ended")
    ends_at = serializers.DateTimeField(allow_null=True)
    opening = QuantityField()
    brought_forward = QuantityField(allow_null=True, help_text="with what the accepted month before ended")
    received = QuantityField()
    used = QuantityField()
    used_rejected = QuantityField(help_text="of used: for pieces that were rejected")
    scrapped = QuantityField()
    defective = QuantityField(help_text="of scrapped: the material was at fault, nobody pays for it")
    returned = QuantityField()
    missing = QuantityField(help_text="said not to have come, on either way; not in the sum")
    closing = QuantityField(help_text="opening + received - used - scrapped - returned")
    counted = QuantityField(allow_null=True, help_text="null: not all was counted, or too early")
    counted_on = serializers.DateField(allow_null=True, help_text="the first of the days on which it was")
    booked_difference = QuantityField(help_text="what counts found, complete or not")
    difference = QuantityField(allow_null=True, help_text="counted - closing")
    is_charged = serializers.BooleanField()
    owed_quantity = QuantityField(allow_null=True, help_text="that the supplier pays; null: unknown")
    unit_price = serializers.SerializerMethodField()
    currency = serializers.CharField(source="paid_in", help_text="of unit price and amount")
    amount = serializers.SerializerMethodField(help_text="null: unknown, or hidden from this role")

    def get_unit_price(self, row: Any) -> str | None:
        return None if are_hidden(row) or row.unit_price is None else str(row.unit_price)

    def get_amount(self, row: Any) -> str | None:
        return None if are_hidden(row) or row.amount is None else str(row.amount)


class SettlementRowSerializer(Shape):
    id = serializers.IntegerField()
    number = serializers.CharField()
    month = serializers.DateField(help_text="its first day")
    edition = serializers.IntegerField()
    proposed_by = serializers.CharField(help_text="buyer or supplier")
    state = serializers.ChoiceField(SettlementState.choices)
    currency = serializers.CharField()
    note = serializers.CharField()
    answer = serializers.CharField(help_text="why it is disputed")
    created_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    replaces_id = serializers.IntegerField(allow_null=True)
    relation_id = serializers.IntegerField()
    buyer_id = serializers.IntegerField()
    supplier_id = serializers.IntegerField()


class SettlementSerializer(SettlementRowSerializer):
    lines = SettlementLineSerializer(many=True, source="shown_lines")


class ProposeSerializer(Shape):
    relation = IdField()
    month = serializers.DateField(help_text="any day of it")
    note = NoteText(max_length=500, required=False, allow_blank=True)


class DisputeSerializer(Shape):
    answer = NoteText(max_length=500)
