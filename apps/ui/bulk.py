"""One act on many rows: each on its own, or all or none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from apps.common.errors import DomainError
from apps.tenancy.scope import require_scope

from .models import BulkResult

MOST = 200


@dataclass(frozen=True)
class BulkAct:
    """
    Attributes:
        name: in what the page sends.
        act: what the reader's role must include.
        service: takes the id of a row.
        asks: a question before it is done, where something is lost by it; "{n}" is the number of chosen rows.
        is_danger: what is lost does not come back.
        fits: whether a row, as its list prepares it, is in a state for the act: offered for others it is not, and refused.
    """

    name: str
    label: Any
    act: str
    service: Callable[[int], Any]
    icon: str
    asks: Any = ""
    is_danger: bool = False
    fits: Callable[[Any], bool] = lambda row: True


class _Undone(Exception):
    """All or none: one of the rows was refused."""


def run(
    chosen: BulkAct, rows: Sequence[tuple[int, str]], *, unfit: Mapping[int, str], listing: str, query: str, is_whole: bool
) -> BulkResult:
    """Do an act on rows, given as (id, label), and keep what came of it.

    Args:
        unfit: rows that the act does not fit, with what is said of each.
        is_whole: where one row is refused nothing is done; all refusals are told all the same.
    """
    told: list[tuple[int, str, str]] = []
    try:
        with transaction.atomic():
            told.extend((pk, label, unfit.get(pk) or _refusal(chosen.service, pk)) for pk, label in rows)
            if is_whole and any(words for _pk, _label, words in told):
                raise _Undone
    except _Undone:
        pass
    scope = require_scope()
    return BulkResult.objects.create(
        organization_id=scope.organization_id,
        owner_id=scope.user_id,
        listing=listing,
        act=chosen.name,
        is_whole=is_whole,
        rows=told,
        query=query,
    )


def _refusal(service: Callable[[int], Any], pk: int) -> str:
    try:
        with transaction.atomic():
            service(pk)
    except DomainError as error:
        return error.words
    return ""
