"""One act on many rows: each on its own, or all or none."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from apps.common.errors import DomainError
from apps.common.typed import whole
from apps.tenancy.scope import require_scope

from .models import BulkResult

MOST = 200
MOST_TOGETHER = 1000  # where an act does them all in a few statements


def rows_read(sent: Iterable[str], most: int = MOST) -> dict[int, int]:
    """The rows that a form names: by id what its page showed of each (`Listing.state_read`), as in "12.3409"; 0 where it
    said nothing.

    One more than `most` at most, so that whoever needs it knows that there were too many.
    """
    found: dict[int, int] = {}
    for pk, _dot, read in (raw.partition(".") for raw in sent):
        if key := whole(pk):
            found[key] = whole(read) or 0
        if len(found) > most:
            break
    return found


@dataclass(frozen=True)
class BulkAct:
    """
    Attributes:
        name: in what the page sends.
        act: what the reader's role must include.
        service: takes the id of a row.
        asks: a question before it is done, where something is lost by it; "{n}" is the number of chosen rows.
        choices: (value, words) of reasons, one of which is chosen with the question; the list has it in `reason`.
        is_danger: what is lost does not come back.
        together: takes the ids of all rows and gives the refused ones with their errors, where an act does many at once.
        leads: takes the ids of all rows and gives the page on which the act is done, where more must be said of it than
            which rows.
        tells: address of a piece of page that says what the act does to the chosen rows, asked for with its question; ""
            where the question says all.
        says: what it does with a row, as the list prepares it, old → new: kept with the result. None where its name says it.
        then: (words, address) of where the work goes on, for the page of the result.
        fits: whether a row, as its list prepares it, is in a state for the act: offered for others it is not, and refused.
    """

    name: str
    label: Any
    act: str
    service: Callable[[int], Any] | None
    icon: str
    asks: Any = ""
    is_danger: bool = False
    choices: Sequence[tuple[str, Any]] = ()
    fits: Callable[[Any], bool] = lambda row: True
    together: Callable[[Sequence[int]], Mapping[int, DomainError]] | None = None
    leads: Callable[[Sequence[int]], str] | None = None
    tells: str = ""
    says: Callable[[Any], str] | None = None
    then: tuple[Any, str] | None = None

    @property
    def most(self) -> int:
        """Rows that it takes: more where it does them together."""
        return MOST_TOGETHER if self.together is not None and self.leads is None else MOST


@dataclass(frozen=True)
class Together:
    """A page that shows the chosen rows together; nothing is done with them.

    Attributes:
        opens: the page's address, of the rows' ids.
    """

    name: str
    label: Any
    act: str
    icon: str
    opens: Callable[[Sequence[int]], str]
    asks: str = ""
    most: int = MOST

    def fits(self, row: Any) -> bool:
        return True


class _Undone(Exception):
    """All or none: one of the rows was refused."""


def run(
    chosen: BulkAct,
    rows: Sequence[tuple[int, str]],
    *,
    unfit: Mapping[int, str],
    listing: str,
    query: str,
    is_whole: bool,
    said: Mapping[int, str] | None = None,
) -> BulkResult:
    """Do an act on rows, given as (id, label), and keep what came of it.

    Args:
        said: by row what the act does with it, as `said_of` gave it before.
        unfit: rows that the act does not fit, with what is said of each.
        is_whole: where one row is refused nothing is done; all refusals are told all the same.
    """
    told: list[tuple[int, str, str]] = []
    try:
        with transaction.atomic():
            fitting = [pk for pk, _label in rows if pk not in unfit]
            refused = {**unfit, **_refusals(chosen, fitting)}
            told.extend((pk, label, refused.get(pk, "")) for pk, label in rows)
            if is_whole and any(words for _pk, _label, words in told):
                raise _Undone
    except _Undone:
        pass
    return keep(chosen.name, told, listing=listing, query=query, is_whole=is_whole, said=said)


def said_of(chosen: BulkAct, rows: Mapping[int, Any]) -> dict[int, str]:
    """What an act does with rows, in words, read before it is done: afterwards they are others."""
    return {pk: chosen.says(row) for pk, row in rows.items()} if chosen.says else {}


def keep(
    act: str,
    told: Sequence[tuple[int, str, str]],
    *,
    listing: str,
    query: str,
    is_whole: bool,
    said: Mapping[int, str] | None = None,
) -> BulkResult:
    """What came of an act on rows: (id, label, what is wrong with it, or "")."""
    scope = require_scope()
    return BulkResult.objects.create(
        organization_id=scope.organization_id,
        owner_id=scope.user_id,
        listing=listing,
        act=act,
        is_whole=is_whole,
        rows=[(*row, (said or {}).get(row[0], "")) for row in told],
        query=query,
    )


def _refusals(chosen: BulkAct, ids: Sequence[int]) -> dict[int, str]:
    """What of the rows was refused, in words; the others are done."""
    if chosen.service is not None and chosen.together is None:
        return {pk: words for pk in ids if (words := _refusal(chosen.service, pk))}
    assert chosen.together is not None
    try:
        with transaction.atomic():
            return {pk: error.words for pk, error in chosen.together(ids).items()} if ids else {}
    except DomainError as error:
        return dict.fromkeys(ids, error.words)


def _refusal(service: Callable[[int], Any], pk: int) -> str:
    try:
        with transaction.atomic():
            service(pk)
    except DomainError as error:
        return error.words
    return ""
