"""Base of the API's views, and fields that all of them use."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from .characters import composed, refuse
from .errors import InvalidParameter
from .typed import shown
from .units import QUANTITY_DIGITS, unit_of

MAX_ID = 2**63 - 1
PDF = OpenApiResponse(OpenApiTypes.BINARY, description="a PDF in the language of the request")


class KnownQueries(APIView):
    """A view whose query parameters are declared once: `queries` names them by action (or method) for the schema, and one
    that is not among them is refused, so that a misspelt filter does not read as "all"."""

    queries: dict[str, tuple[OpenApiParameter, ...]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """
        Raises:
            InvalidParameter: the address has a parameter that this call does not know.
        """
        super().initial(request, *args, **kwargs)
        known = self.known_queries()
        for name in request.query_params:
            if name not in known:
                rule = _("There is no such parameter here.")
                names = ", ".join(known) or _("none")
                remedy = _("Known are: %(names)s.") % {"names": names}
                raise InvalidParameter(rule, place=shown(name), value=shown(request.query_params[name]), remedy=remedy)

    def known_queries(self) -> list[str]:
        name = getattr(self, "action", None) or str(self.request.method).lower().replace("head", "get")
        names = [parameter.name for parameter in self.queries.get(name, ())]
        if name == "list" and (paginator := getattr(self, "paginator", None)):
            names += [parameter["name"] for parameter in paginator.get_schema_operation_parameters(self)]
        return names


class ScopedViewSet(KnownQueries, GenericViewSet):  # type: ignore[type-arg]  # cannot be subscripted at run time
    """A view of scoped rows. `acts` names the act each action needs; `keyset_ordering` the order of its list,
    `selector` its rows. A plain list of them comes from `mixins.ListModelMixin`."""

    acts: dict[str, Any] = {}
    keyset_ordering: tuple[str, ...] = ("-id",)
    lookup_value_regex = "[0-9]{1,18}"
    selector: Callable[[], QuerySet[Any]] | None = None

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return get_user_model()._default_manager.none()  # the schema only asks for the type of the key
        if (selector := type(self).selector) is None:
            raise TypeError(f"{type(self).__name__} names no selector")
        return selector()

    def read(self, serializer_class: type[serializers.Serializer[Any]]) -> Any:
        """The request's body, checked for shape.

        Raises:
            ValidationError: a field is missing or of the wrong type.
        """
        serializer = serializer_class(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return serializer


class IdField(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **kwargs)


class QuantityField(serializers.DecimalField):
    """A decimal with up to 12 digits before and 6 after the point, as a string without needless zeros."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**QUANTITY_DIGITS, **kwargs})

    def to_representation(self, value: Any) -> Any:
        return plain(value)


class _Text(serializers.CharField):
    """A text that is stored: the rule of its column, told with the row and field of the body."""

    kind = ""

    def to_internal_value(self, data: Any) -> str:
        text = composed(super().to_internal_value(data))
        if rule := refuse(text, self.kind):
            raise serializers.ValidationError(rule, code="characters")
        return text


class CodeText(_Text):
    kind = "code"


class NameText(_Text):
    kind = "name"


class NoteText(_Text):
    kind = "note"


class UnitField(serializers.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=3, help_text=_("UN/ECE Rec 20 code"), **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return unit_of(super().to_internal_value(data)).code


def plain(value: Decimal | None) -> str | None:
    """A decimal in plain notation: 1200, not 1.2E+3 and not 1200.000000."""
    return None if value is None else f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
