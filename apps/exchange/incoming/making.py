"""What a file names and its firm does not keep yet: sites and parts, made in one act where a person takes the offer.

They are made by the services of people's acts, stay when the import is undone, and their words are remembered as if said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.common.characters import refuse
from apps.common.incoming import Incoming
from apps.masterdata.models import Part
from apps.masterdata.services import agree_parts, create_part, next_numbers
from apps.tenancy import selectors as tenancy
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope
from apps.tenancy.sites import open_site

from ..exceptions import MayNotMake, NotAsked, PartNotAgreed
from ..models import Import, ImportState, RowState
from .rows import read_rows
from .services import kind_of, locked, open_words
from .stored import tables_of
from .words import Words, say

ACTS = {"site": "manage_sites", "part": "manage_parts"}


@dataclass(frozen=True)
class Offer:
    """
    Attributes:
        words: “site” or “part” → words of the file that stand for none.
        has_unagreed: some parts are kept and not agreed with their suppliers.
        lacks: sorts that the person may not make.
    """

    words: dict[str, list[str]]
    has_unagreed: bool
    lacks: list[str]

    def __bool__(self) -> bool:
        return bool(any(self.words.values()) or self.has_unagreed)


@dataclass(frozen=True)
class Made:
    """How many of each."""

    sites: int
    parts: int
    agreed: int


def offer(made: Import) -> Offer:
    """What the last check found missing and the kind may bring along; two statements."""
    kind = kind_of(made.kind)
    words: dict[str, list[str]] = {of: [] for of in kind.makes}
    if not kind.makes or made.state != ImportState.CHECKED:
        return Offer({}, False, [])
    for of, word in open_words(made):
        if of in words:
            words[of].append(word)
    rows = made.rows.filter(state=RowState.ERROR, faults__contains=[{"code": PartNotAgreed.code}])
    has_unagreed = "part" in kind.makes and rows.exists()
    needed = [of for of in kind.makes if words[of] or (of == "part" and has_unagreed)]
    return Offer(words, has_unagreed, [of for of in needed if ACTS[of] not in require_scope().acts])


@atomic
def make(*, import_id: int) -> Made:
    """Open the sites and add the parts that the file names, and agree each part with the suppliers of its rows.

    Raises:
        UnknownImport, WrongImportState. NotAsked: nothing is missing. MayNotMake: not by this person.
    """
    made = locked(import_id, ImportState.CHECKED)
    kind, found = kind_of(made.kind), offer(made)
    if not found:
        raise NotAsked(place="import", value=made.file_name)
    if found.lacks:
        raise MayNotMake(place=found.lacks[0])
    sites = _sites(found.words.get("site", []))
    parts = _parts(made, kind, found.words.get("part", []))
    return Made(sites, parts, _agree(made, kind) if "part" in kind.makes else 0)


def _sites(words: Sequence[str]) -> int:
    """Under the word itself where it is a code, else under numbers of their own."""
    taken = {site.code.casefold() for site in tenancy.every_own_site()}
    for word, code in zip(words, _codes(words, "site", "S-", 20, taken), strict=True):
        open_site(code=code, name=word[:120])
        say("site", word, code)
    return len(words)


def _parts(made: Import, kind: Incoming, words: Sequence[str]) -> int:
    """As sites; by the name and the unit of the first row that has the word."""
    if not words:
        return 0
    taken = {number.casefold() for number in Part.objects.values_list("number", flat=True)}
    named: dict[str, dict[str, Any]] = {}
    rows = made.rows.filter(state=RowState.ERROR, faults__contains=[{"field": "part"}]).order_by("place")
    for values, faults in rows.values_list("values", "faults").iterator():
        for fault in faults:
            if fault["field"] == "part":
                named.setdefault(fault["value"], values)
    for word, number in zip(words, _codes(words, "part", "P-", 60, taken), strict=True):
        row = named.get(word, {})
        create_part(number=number, name=row.get("part_name") or word, unit=row.get("unit") or "H87")
        say("part", word, number)
    return len(words)


def _codes(words: Sequence[str], kind: str, prefix: str, most: int, taken: set[str]) -> list[str]:
    """Words as codes where all of them are; names have blanks, or are too long: those get numbers."""
    are_codes = all(len(word) <= most and " " not in word and not refuse(word, "code") for word in words)
    if are_codes and not taken & {word.casefold() for word in words}:
        return list(words)
    found: list[str] = []
    while len(found) < len(words):
        given = next_numbers(
            organization_id=require_scope().organization_id, kind=kind, prefix=prefix, count=len(words) - len(found)
        )
        found += [code for code in given if code.casefold() not in taken]
    return found


def _agree(made: Import, kind: Incoming) -> int:
    """Each part with the suppliers that the rows name beside it."""
    rows = read_rows(tables_of(made), kind, made.mapping, made.constants, Words(kind))
    wanted = dict.fromkeys(needed for row in rows if (needed := kind.needs(row.values)))
    relations = dict(TradingRelation.objects.on_side(Side.BUYER).values_list("vendor_code", "pk"))
    numbers = {number for _code, number in wanted}
    parts = dict(Part.objects.filter(number__in=numbers).order_by("revision").values_list("number", "pk"))
    pairs = [(relations[code], parts[number]) for code, number in wanted if code in relations and number in parts]
    return agree_parts(pairs=pairs)
