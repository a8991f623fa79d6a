from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.common.api import NameText

from ..forms import FILE_WORDS
from ..incoming.mending import MOST
from ..incoming.reading import notes_of
from ..incoming.stored import MOST_OF_CELL
from ..models import Import, ImportRow


class ImportSerializer(serializers.ModelSerializer[Import]):
    """A file on its way in.

    `tables` says what was found in it, `mapping` which head is which field, `counts` how many rows of each state.
    """

    tables = serializers.SerializerMethodField()
    mapping = serializers.DictField(child=serializers.CharField(), read_only=True)
    constants = serializers.DictField(child=serializers.CharField(), read_only=True)
    counts = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    class Meta:
        model = Import
        fields = (
            *("id", "kind", "file_name", "state", "table", "tables", "mapping", "constants", "counts"),
            *("is_confirmed", "created_at", "loaded_at"),
        )
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.ANY)
    def get_tables(self, made: Import) -> list[dict[str, Any]]:
        return [table | {"notes": notes_of(table)} for table in made.tables]


class NewImportSerializer(serializers.Serializer[Any]):
    """`kind` is found from the columns where it is left out."""

    file = serializers.FileField(
        allow_empty_file=True, error_messages=dict.fromkeys(FILE_WORDS, _("Choose the file that holds the table."))
    )
    kind = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")


class TableSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=40)
    table = serializers.IntegerField(min_value=0, max_value=1000, default=0)


class ColumnsSerializer(serializers.Serializer[Any]):
    """Field → head of its column, and field → one value for all rows.

    Where no cell tells how days or numbers are written, `constants` says it: `@order` ymd, dmy or mdy; `@decimal` . or ,
    """

    mapping = serializers.DictField(child=serializers.CharField(max_length=200, allow_blank=True), default=dict)
    constants = serializers.DictField(child=serializers.CharField(max_length=200, allow_blank=True), default=dict)


class MeaningSerializer(serializers.Serializer[Any]):
    of = serializers.CharField(
        max_length=80, help_text="unit, part, partner, site or customer; of a fixed list its kind and field: stock.status"
    )
    word = NameText(max_length=200)
    means = NameText(max_length=200)


class MeaningsSerializer(serializers.Serializer[Any]):
    meanings = MeaningSerializer(many=True, max_length=200)


class CellSerializer(serializers.Serializer[Any]):
    """A cell by the place of its row and the head of its column; `text` is read as if it stood there."""

    place = serializers.IntegerField(min_value=0, max_value=10_000_000)
    column = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=MOST_OF_CELL, allow_blank=True, trim_whitespace=False)


class CellsSerializer(serializers.Serializer[Any]):
    cells = CellSerializer(many=True, max_length=MOST, allow_empty=False)


class CheckSerializer(serializers.Serializer[Any]):
    confirmed = serializers.BooleanField(
        default=False, help_text="Days far ahead, very high quantities and prices are meant."
    )


class ChoiceSerializer(serializers.Serializer[Any]):
    """Rows by their place; none given means all."""

    places = serializers.ListField(child=serializers.IntegerField(min_value=0), required=False, max_length=10_000)
    chosen = serializers.BooleanField()


class FaultSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    column = serializers.CharField()
    value = serializers.CharField()
    cell = serializers.CharField(
        required=False, help_text="What stands in the cell, where it may be corrected by `mend`; left out where it may not."
    )
    rule = serializers.CharField()
    remedy = serializers.CharField()
    code = serializers.CharField()


class ImportRowSerializer(serializers.ModelSerializer[ImportRow]):
    values = serializers.JSONField(read_only=True)
    before = serializers.JSONField(read_only=True, allow_null=True)
    faults = FaultSerializer(many=True, read_only=True)

    class Meta:
        model = ImportRow
        fields = ("place", "sheet", "number", "state", "is_chosen", "values", "before", "faults")
        read_only_fields = fields
