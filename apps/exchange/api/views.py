"""Imports over HTTP: a program brings a file, reads what it would change, and loads it."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet
from apps.common.errors import InvalidParameter
from apps.common.typed import shown, whole

from ..incoming import loading, making, mapping, mending, services, working
from ..incoming.reading import check_size
from ..models import Import, RowState
from . import serializers as shapes

A_PAGE = 500
STATE = OpenApiParameter("state", str, enum=RowState.values)
FROM = OpenApiParameter("from", int, description=f"Place of the first row; {A_PAGE} come at once.")


@extend_schema(tags=["imports"])
class ImportViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Tables that a firm has brought, the newest first: taken in, checked, loaded all or none, taken back within a day."""

    serializer_class = shapes.ImportSerializer
    selector = staticmethod(mapping.seen)
    acts = dict.fromkeys(
        (
            "list",
            "retrieve",
            "create",
            "table",
            "columns",
            "words",
            "mend",
            "make",
            "check",
            "rows",
            "choose",
            "load",
            "undo",
            "cancel",
        ),
        "import_tables",
    )
    queries = {"rows": (STATE, FROM)}

    def retrieve(self, request: Request, pk: str) -> Response:
        return self._answer(services.found(int(pk)))

    @extend_schema(request={"multipart/form-data": shapes.NewImportSerializer}, responses={201: shapes.ImportSerializer})
    def create(self, request: Request) -> Response:
        """Bring a file. Where all its columns are sure it is checked at once."""
        given = self.read(shapes.NewImportSerializer).validated_data
        check_size(given["file"].size, given["file"].name)
        made = services.receive(content=given["file"].read(), name=given["file"].name, kind=given["kind"])
        made = working.begin(made)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    def get_parsers(self) -> list[Any]:
        request = getattr(self, "request", None)
        is_new = getattr(self, "action_map", None) and (self.action_map or {}).get("post") == "create"
        return [MultiPartParser()] if is_new and (request is None or request.method == "POST") else super().get_parsers()

    @extend_schema(request=shapes.TableSerializer, responses=shapes.ImportSerializer)
    @action(detail=True, methods=["post"])
    def table(self, request: Request, pk: str) -> Response:
        """Say which table of the file is meant and what its rows are."""
        return self._answer(services.choose_table(import_id=int(pk), **self.read(shapes.TableSerializer).validated_data))

    @extend_schema(request=shapes.ColumnsSerializer, responses=shapes.ImportSerializer)
    @action(detail=True, methods=["post"])
    def columns(self, request: Request, pk: str) -> Response:
        """Say which column is which field; kept for the next file with these heads. The rows are checked then."""
        services.say_columns(import_id=int(pk), **self.read(shapes.ColumnsSerializer).validated_data)
        return self._answer(working.do(import_id=int(pk), step="check"))

    @extend_schema(request=shapes.MeaningsSerializer, responses=shapes.ImportSerializer)
    @action(detail=True, methods=["post"])
    def words(self, request: Request, pk: str) -> Response:
        """Say what words of the file mean; kept for all later files. The rows are checked again."""
        given = self.read(shapes.MeaningsSerializer).validated_data["meanings"]
        services.say_words(import_id=int(pk), meanings=[(one["of"], one["word"], one["means"]) for one in given])
        return self._answer(working.do(import_id=int(pk), step="check"))

    @extend_schema(request=shapes.CellsSerializer, responses=shapes.ImportSerializer)
    @action(detail=True, methods=["post"])
    def mend(self, request: Request, pk: str) -> Response:
        """Write over cells that are wrong; the file itself stays as it came. The rows are checked again.

        A cell may be written over where a fault of its row has `cell`: what stands there now.
        """
        given = self.read(shapes.CellsSerializer).validated_data["cells"]
        mending.mend(import_id=int(pk), cells={(one["place"], one["column"]): one["text"] for one in given})
        return self._answer(working.do(import_id=int(pk), step="check"))

    @extend_schema(request=None, responses=shapes.ImportSerializer)
    @action(detail=True, methods=["post"])
    def make(self, request: Request, pk: str) -> Response:
        """Make the sites and parts that the file names and the firm does not keep yet, where its kind offers that.

        Each part is agreed with the suppliers of its rows. They stay when the import is undone. The rows are checked again.
        """
        making.make(import_id=int(pk))
        return self._answer(working.do(import_id=int(pk), step="check"))

    @extend_schema(request=shapes.CheckSerializer, responses=shapes.ImportSerializer)
    @action(detail=True, methods=["post"])
    def check(self, request: Request, pk: str) -> Response:
        """Hold the rows against what stands now."""
        confirmed = self.read(shapes.CheckSerializer).validated_data["confirmed"]
        return self._answer(working.do(import_id=int(pk), step="check", is_confirmed=confirmed))

    @extend_schema(responses=shapes.ImportRowSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def rows(self, request: Request, pk: str) -> Response:
        """Rows with what they say, what stands, and what is wrong."""
        made = services.found(int(pk))
        state, start = request.query_params.get("state", ""), whole(request.query_params.get("from", "0"))
        if start is None or (state and state not in RowState.values):
            place = "from" if start is None else "state"
            raise InvalidParameter(place=place, value=shown(request.query_params[place]))
        found = made.rows.filter(state=state) if state else made.rows.all()
        return Response(shapes.ImportRowSerializer(found.order_by("place")[start : start + A_PAGE], many=True).data)

    @extend_schema(request=shapes.ChoiceSerializer, responses=shapes.ImportSerializer)
    @action(detail=True, methods=["post"])
    def choose(self, request: Request, pk: str) -> Response:
        """Take rows along, or leave them out, with all that is written in the same act."""
        given = self.read(shapes.ChoiceSerializer).validated_data
        if "places" in given:
            services.choose_rows(import_id=int(pk), places=given["places"], is_chosen=given["chosen"])
        else:
            services.choose_all(import_id=int(pk), is_chosen=given["chosen"])
        return self._answer(services.found(int(pk)))

    @extend_schema(request=None, responses=shapes.ImportSerializer)
    @action(detail=True, methods=["post"])
    def load(self, request: Request, pk: str) -> Response:
        """Write the chosen rows, all or none; of a long table the answer is `loading`, and a worker does it."""
        return self._answer(working.do(import_id=int(pk), step="load"))

    @extend_schema(request=None, responses=shapes.ImportSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take a loaded import back within a day, while nobody has acted on it."""
        return self._answer(loading.take_back(import_id=int(pk)))

    @extend_schema(request=None, responses=shapes.ImportSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Leave it alone; nothing of it was written."""
        is_in_hand = services.found(int(pk)).state in working.WORKING
        return self._answer((working.stop if is_in_hand else services.cancel)(import_id=int(pk)))

    def _answer(self, made: Import) -> Response:
        return Response(self.get_serializer(made).data)
