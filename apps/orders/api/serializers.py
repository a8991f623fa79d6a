"""Shapes of orders in the API. Rules live in the services; here stand only names, types and lengths."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.common.api import CodeText, IdField, NoteText, QuantityField, UnitField
from apps.common.shapes import Shape
from apps.tenancy.api.serializers import HIDDEN, PriceField, TermsSerializer
from apps.tenancy.roles import Side

from ..services import MAX_LINES, Answer, Change, OrderLine, Part, Wish
from ..statuses import Closure, Collaboration, ConfirmationState, Fulfilment, Reason, awaits


class OrderRowSerializer(Shape):
    """A row of the list: one order, and the one of its lines that the view is about (its part, quantity, days and state)."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    order_date = serializers.DateField()
    status = serializers.ChoiceField(Collaboration.choices)
    fulfilment = serializers.ChoiceField(Fulfilment.choices)
    closure = serializers.ChoiceField(Closure.choices)
    open_change_side = serializers.CharField(allow_blank=True)
    line_count = serializers.IntegerField()
    unanswered_count = serializers.IntegerField()
    amount = PriceField(allow_null=True, help_text=HIDDEN)
    currency = serializers.CharField()
    requested_date = serializers.DateField(allow_null=True)
    promised_date = serializers.DateField(allow_null=True)
    due_date = serializers.DateField(allow_null=True)
    answer_due_at = serializers.DateTimeField(allow_null=True)
    line_id = serializers.IntegerField(help_text="the schedule line that this row shows")
    line_status = serializers.ChoiceField(Collaboration.choices)
    line_fulfilment = serializers.ChoiceField(Fulfilment.choices)
    line_closure = serializers.ChoiceField(Closure.choices)
    line_due_date = serializers.DateField()
    line_change_side = serializers.CharField(allow_blank=True)
    awaits = serializers.CharField(allow_blank=True, help_text="who must answer that line: buyer, supplier, both or nobody")
    part_number = serializers.CharField()
    part_name = serializers.CharField()
    part_name_en = serializers.CharField()
    quantity = QuantityField()
    rest = QuantityField(allow_null=True, help_text="still to come of that line, once a part of it is in good hands")
    unit = serializers.CharField()
    buyer_id = serializers.IntegerField()
    supplier_id = serializers.IntegerField()
    partner_legal_name = serializers.CharField()
    partner_name_en = serializers.CharField()


class ConfirmationSerializer(Shape):
    id = serializers.IntegerField()
    quantity = QuantityField()
    delivery_date = serializers.DateField()
    reason = serializers.CharField(allow_blank=True)
    comment = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(ConfirmationState.choices)
    is_automatic = serializers.BooleanField()


class AnswerPartSerializer(Shape):
    quantity = QuantityField()
    delivery_date = serializers.DateField()


class OpenChangeSerializer(Shape):
    id = serializers.IntegerField()
    side = serializers.ChoiceField(Side.choices)
    is_counter = serializers.BooleanField()
    answers_to_id = serializers.IntegerField(
        allow_null=True, help_text="of a supplier's counter-proposal: the change that the buyer asked for"
    )
    old_quantity = QuantityField()
    old_date = serializers.DateField()
    quantity = QuantityField()
    delivery_date = serializers.DateField()
    parts = serializers.SerializerMethodField()
    reason = serializers.CharField()
    comment = serializers.CharField()
    answer_due_at = serializers.DateTimeField()

    @extend_schema_field(AnswerPartSerializer(many=True))
    def get_parts(self, change) -> Any:
        parts = [{"quantity": quantity, "delivery_date": day} for quantity, day in change.parts]
        return AnswerPartSerializer(parts, many=True).data


class ScheduleLineSerializer(Shape):
    id = serializers.IntegerField()
    sequence = serializers.IntegerField()
    status = serializers.ChoiceField(Collaboration.choices)
    requested_quantity = QuantityField()
    requested_date = serializers.DateField()
    confirmed_quantity = QuantityField()
    confirmed_date = serializers.DateField(allow_null=True)
    first_confirmed_date = serializers.DateField(allow_null=True)
    otif_base_date = serializers.DateField(allow_null=True)
    unconfirmed_quantity = QuantityField()
    max_quantity = QuantityField()
    shipped_quantity = QuantityField()
    to_ship_quantity = QuantityField()
    received_quantity = QuantityField()
    rejected_quantity = QuantityField()
    received_on = serializers.DateField(allow_null=True)
    rejected_reason = serializers.CharField()
    rejected_comment = serializers.CharField()
    closed_short_reason = serializers.CharField()
    fulfilment = serializers.ChoiceField(Fulfilment.choices)
    closure = serializers.ChoiceField(Closure.choices)
    awaits = serializers.SerializerMethodField(help_text="who must answer: buyer, supplier, both or nobody")
    answers = ConfirmationSerializer(many=True)
    open_changes = OpenChangeSerializer(many=True)

    def get_awaits(self, line) -> str:
        return awaits(line.status, line.open_changes[0].side if line.open_changes else "")


class LineSerializer(Shape):
    id = serializers.IntegerField()
    position = serializers.IntegerField()
    part_id = serializers.IntegerField(source="partner_part_id")
    buyer_number = serializers.CharField(source="partner_part.buyer_number")
    supplier_number = serializers.CharField(source="partner_part.supplier_number")
    name = serializers.CharField(source="partner_part.name")
    unit = serializers.CharField()
    unit_price = PriceField(allow_null=True)
    schedule = ScheduleLineSerializer(many=True)


class OrderTermsSerializer(TermsSerializer):
    version = serializers.IntegerField(
        default=None, allow_null=True, help_text="of the relation's terms; null for a draft, which follows those of now"
    )


class OrderSerializer(Shape):
    id = serializers.IntegerField()
    number = serializers.CharField()
    supplier_number = serializers.CharField()
    revision = serializers.IntegerField()
    relation_id = serializers.IntegerField()
    buyer_id = serializers.IntegerField()
    supplier_id = serializers.IntegerField()
    receiving_site_id = serializers.IntegerField()
    order_date = serializers.DateField()
    currency = serializers.CharField()
    contact_name = serializers.CharField()
    note = serializers.CharField()
    status = serializers.ChoiceField(Collaboration.choices)
    fulfilment = serializers.ChoiceField(Fulfilment.choices)
    closure = serializers.ChoiceField(Closure.choices)
    open_change_side = serializers.CharField(allow_blank=True)
    is_past = serializers.BooleanField(help_text="of the time before the two traded here, as the buyer's table says")
    published_at = serializers.DateTimeField(allow_null=True)
    answer_due_at = serializers.DateTimeField(allow_null=True)
    awaits = serializers.SerializerMethodField(help_text="who must answer: buyer, supplier, both or nobody")
    amount = PriceField(allow_null=True, help_text=HIDDEN)
    terms = OrderTermsSerializer(source="agreed")
    lines = LineSerializer(many=True, source="shown_lines")

    def get_awaits(self, order) -> str:
        return awaits(order.status, order.open_change_side, order.unanswered_count)


class NewLineSerializer(Shape):
    part = IdField(help_text="id of the partner part")
    quantity = QuantityField()
    requested_date = serializers.DateField()
    unit = UnitField(required=False)
    unit_price = serializers.DecimalField(max_digits=18, decimal_places=4, min_value=0, required=False)


def new_line(data: dict[str, Any]) -> OrderLine:
    return OrderLine(
        partner_part_id=data["part"],
        quantity=data["quantity"],
        requested_date=data["requested_date"],
        unit=data.get("unit"),
        unit_price=data.get("unit_price"),
    )


class RewrittenOrderSerializer(Shape):
    note = NoteText(max_length=500, required=False, allow_blank=True)
    confirmed = serializers.BooleanField(required=False, help_text="far days, very high quantities and prices are meant")
    lines = NewLineSerializer(many=True, max_length=MAX_LINES)

    def rewritten(self) -> dict[str, Any]:
        """The arguments of `services.rewrite_order`."""
        data = dict(self.validated_data)
        lines = [new_line(line) for line in data.pop("lines")]
        return {"lines": lines, "is_confirmed": data.pop("confirmed", False), **data}


class WishSerializer(Shape):
    schedule_line = IdField()
    quantity = QuantityField(min_value=0, help_text="0: nothing more of it")
    requested_date = serializers.DateField()


class RevisionSerializer(Shape):
    confirmed = serializers.BooleanField(required=False, help_text="far days, very high quantities and prices are meant")
    lines = WishSerializer(many=True, required=False, max_length=MAX_LINES)
    added = NewLineSerializer(many=True, required=False, max_length=MAX_LINES)
    reason = serializers.ChoiceField(Reason.choices, required=False, help_text="needed where confirmed lines are changed")

    def arguments(self) -> dict[str, Any]:
        """The arguments of `services.revise_order`."""
        data = self.validated_data
        return {
            "wishes": [Wish(row["schedule_line"], row["quantity"], row["requested_date"]) for row in data.get("lines", [])],
            "added": [new_line(row) for row in data.get("added", [])],
            "reason": data.get("reason", ""),
            "is_confirmed": data.get("confirmed", False),
        }


class NewOrderSerializer(RewrittenOrderSerializer):
    relation = IdField()
    receiving_site = IdField()
    order_date = serializers.DateField(required=False)
    number = CodeText(max_length=40, required=False, allow_blank=True)

    def order(self) -> dict[str, Any]:
        """The arguments of `services.draft_order`."""
        data = self.rewritten()
        return {"relation_id": data.pop("relation"), "receiving_site_id": data.pop("receiving_site"), **data}


class AnswerLineSerializer(Shape):
    schedule_line = IdField()
    parts = AnswerPartSerializer(many=True, max_length=20, help_text="empty: the line is rejected")
    reason = serializers.ChoiceField(Reason.choices, required=False, allow_blank=True)
    comment = NoteText(max_length=500, required=False, allow_blank=True)


class AnswerSerializer(Shape):
    confirmed = serializers.BooleanField(required=False, help_text="days far ahead are meant")
    lines = AnswerLineSerializer(many=True, max_length=MAX_LINES)

    def arguments(self) -> dict[str, Any]:
        """The arguments of `services.answer_order`."""
        answers = [
            Answer(
                schedule_line_id=line["schedule_line"],
                parts=[Part(**part) for part in line["parts"]],
                reason=line.get("reason", ""),
                comment=line.get("comment", ""),
            )
            for line in self.validated_data["lines"]
        ]
        return {"answers": answers, "is_confirmed": self.validated_data.get("confirmed", False)}


class ProposalsSerializer(Shape):
    schedule_lines = serializers.ListField(child=IdField(), required=False, help_text="default: all proposals")


class ChangeLineSerializer(Shape):
    schedule_line = IdField()
    quantity = QuantityField()
    delivery_date = serializers.DateField()
    more = AnswerPartSerializer(many=True, max_length=19, required=False, help_text="further parts of a split wish")

    def change(self, line) -> Change:
        more = [Part(**part) for part in line.get("more", [])]
        return Change(line["schedule_line"], line["quantity"], line["delivery_date"], more)


class ChangesSerializer(Shape):
    lines = ChangeLineSerializer(many=True, max_length=MAX_LINES)
    reason = serializers.ChoiceField(Reason.choices)
    comment = NoteText(max_length=500, required=False, allow_blank=True)
    confirmed = serializers.BooleanField(required=False, help_text="days far ahead and very high quantities are meant")

    def arguments(self) -> dict[str, Any]:
        """The arguments of `services.request_changes`."""
        data = self.validated_data
        changes = [self.fields["lines"].child.change(line) for line in data["lines"]]
        texts = {"reason": data["reason"], "comment": data.get("comment", "")}
        return {"changes": changes, "is_confirmed": data.get("confirmed", False), **texts}


class CloseShortSerializer(Shape):
    schedule_lines = serializers.ListField(child=IdField(), min_length=1, max_length=MAX_LINES)
    reason = serializers.ChoiceField(Reason.choices)


class SearchSerializer(Shape):
    kind = serializers.CharField()
    id = serializers.IntegerField()
    label = serializers.CharField()
    detail = serializers.CharField()
