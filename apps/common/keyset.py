"""Keyset pagination: a page costs the same at its first and at its ten-thousandth row, and nothing is counted."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from .errors import DomainError
from .typed import fault_of, shown, whole

MAX_LIMIT = 200


class InvalidCursor(DomainError):
    code = "invalid_cursor"
    status = 400
    title = _("The cursor is not one of ours.")
    rule = _("A cursor is used as it came in `next`.")
    remedy = _("Start again without a cursor.")


class InvalidLimit(DomainError):
    code = "invalid_limit"
    status = 400
    title = _("The page size is not valid.")
    rule = _("A page holds 1 to 200 rows.")
    remedy = _("Use a whole number from 1 to 200.")


def encode(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        values = None
    if not isinstance(values, list) or len(values) != length or type(values[-1]) is not int or any(map(fault_of, values)):
        raise InvalidCursor(place="cursor", value=shown(cursor))
    return values


def after(queryset: QuerySet[Any], ordering: tuple[str, ...], values: list[Any]) -> QuerySet[Any]:
    """Rows that follow `values` in `ordering`; written so that the first key alone bounds the index scan.

    (a, b) beyond (x, y) is `a <= x and (a < x or b < y)` for a falling order.
    """
    names = [name.lstrip("-") for name in ordering]
    beyond = [f"{name}__{'lt' if order.startswith('-') else 'gt'}" for name, order in zip(names, ordering, strict=True)]
    condition = Q()
    for depth in range(len(names)):
        same = {names[i]: values[i] for i in range(depth)}
        condition |= Q(**same, **{beyond[depth]: values[depth]})
    if len(names) > 1:
        condition &= Q(**{f"{beyond[0]}e": values[0]})
    try:
        return queryset.filter(condition)
    except (ValueError, TypeError, ValidationError) as error:
        raise InvalidCursor(place="cursor", value=shown(str(values))) from error


@dataclass(frozen=True)
class Page:
    """Rows between two cursors.

    Attributes:
        rows: at most as many as asked for, in order.
        earlier, later: cursors of the pages before and after; None where there is none.
    """

    rows: list[Any]
    earlier: str | None
    later: str | None


def page_of(
    rows: QuerySet[Any], ordering: tuple[str, ...], *, limit: int, cursor: str | None = None
) -> tuple[list[Any], str | None]:
    """One page of rows in `ordering`, whose last name must be unique, and the cursor of the next page or None.

    Raises:
        InvalidCursor: the cursor is not one that a page of this ordering gave.
    """
    page = window(rows, ordering, limit=limit, cursor=cursor)
    return page.rows, page.later


def window(
    rows: QuerySet[Any],
    ordering: tuple[str, ...],
    *,
    limit: int,
    cursor: str | None = None,
    is_back: bool = False,
    has_gaps: bool = False,
) -> Page:
    """One page of rows in `ordering`, whose last name must be unique; forwards or backwards from a cursor.

    Args:
        rows: model rows or dictionaries.
        cursor: an end of another page; None or "" starts at the beginning.
        is_back: the rows before the cursor, not those behind it.
        has_gaps: the first name may be null. Rows without it come last, rising and falling, and in a statement of their own:
            so one index on the name serves both ways.

    Raises:
        InvalidCursor: the cursor is not one that a page of this ordering gave.
    """
    values = decode(cursor, len(ordering)) if cursor else None
    parts = [(rows, ordering)]
    if has_gaps:
        first = ordering[0].lstrip("-")
        filled, empty = (rows.filter(**{f"{first}__isnull": is_null}) for is_null in (False, True))
        parts = [(filled, ordering), (empty, ordering[1:])]
        if values is not None and (values[0] is None) != is_back:
            del parts[1 if is_back else 0]
        if is_back:
            parts.reverse()
    found: list[Any] = []
    for part, names in parts:
        order = tuple(_turned(name) for name in names) if is_back else names
        ordered = part.order_by(*order)
        if values is not None:
            ordered = after(ordered, order, values[-len(names) :])
        found += _read(ordered[: limit + 1 - len(found)], cursor)
        values = None
        if len(found) > limit:
            break
    has_more = len(found) > limit
    found = found[:limit]
    if is_back:
        found.reverse()
    if not found:
        return Page([], None, None)
    has_earlier, has_later = (has_more, True) if is_back else (bool(cursor), has_more)
    return Page(
        found,
        _cursor(found[0], ordering) if has_earlier else None,
        _cursor(found[-1], ordering) if has_later else None,
    )


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _read(rows: QuerySet[Any], cursor: str | None) -> list[Any]:
    try:
        return list(rows)
    except (ValueError, TypeError, ValidationError) as error:
        raise InvalidCursor(place="cursor", value=shown(cursor or "")) from error


def _cursor(row: Any, ordering: tuple[str, ...]) -> str:
    names = [name.lstrip("-") for name in ordering]
    return encode([row[name] if isinstance(row, dict) else getattr(row, name) for name in names])


class KeysetPagination(BasePagination):
    """`?limit=25&cursor=…`; answers `{"results": [...], "next": cursor or null}`.

    The view names its order in `keyset_ordering`; the last name must be unique.
    """

    default_limit = 25

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        page, self.next_cursor = page_of(
            queryset,
            view.keyset_ordering,
            limit=self._limit(request),
            cursor=request.query_params.get("cursor"),
        )
        return page

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.next_cursor})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {"results": schema, "next": {"type": ["string", "null"]}},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": self.default_limit}
        return [
            {"name": "limit", "in": "query", "required": False, "schema": limit},
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}},
        ]

    def _limit(self, request: Request) -> int:
        raw = request.query_params.get("limit", str(self.default_limit))
        if not (limit := whole(raw, most=MAX_LIMIT)):
            raise InvalidLimit(place="limit", value=shown(raw))
        return limit
