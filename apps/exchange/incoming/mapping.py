"""Which column is which field: by name, by content, by what the firm said before. What is unsure is asked, never guessed."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.incoming import Field, Incoming, Values
from apps.common.rooms import incoming
from apps.common.units import UNITS
from apps.tenancy.scope import require_scope

from ..models import Import, ImportLayout
from .exporting import labels_of, names_of
from .reading import is_made, signature_of
from .words import Words, plain

SHEET = "@sheet"  # the name of the sheet itself, where each supplier has one
SORTS = {"order": ("ymd", "dmy", "mdy"), "decimal": (".", ",")}  # kept under “@order” and “@decimal” of the constants
EXAMPLES_SHOWN = 5  # of a column; where it has fewer they are all of its values
SORT_WORDS = {"order": gettext_lazy("Sequence of day, month and year"), "decimal": gettext_lazy("Decimal sign")}
Head = Mapping[str, Any]


@dataclass
class Proposal:
    """What is proposed for one field.

    Attributes:
        head: the column that it is, where that is sure.
        candidates: columns that it may be; asked with their examples.
        is_doubled: several columns are called so, and nothing else is: which of them is asked, not what the file is.
    """

    field: Field
    head: str = ""
    candidates: list[str] = filled(default_factory=list)
    is_doubled: bool = False

    @property
    def is_asked(self) -> bool:
        return not self.head and bool(self.candidates)


def kinds() -> dict[str, Incoming]:
    """What the person of the scope may load."""
    scope = require_scope()
    held = {name: kind for name, kind in incoming().items() if kind.act in scope.acts}
    return {name: kind for name, kind in held.items() if scope.buys or not kind.is_for_buyers}


def seen() -> QuerySet[Import]:
    """Imports that the person sees: of kinds that it may load; what is not recognised yet is only its owner's."""
    return Import.objects.filter(Q(kind__in=kinds()) | Q(kind="", owner_id=require_scope().user_id))


def usable(heads: list[Any]) -> list[Head]:
    """Heads that may be a field: no sums, nothing that we wrote ourselves."""
    return [head for head in heads if not head["is_total"] and not is_made(head["name"])]


def propose(kind: Incoming, heads: list[Any], *, by_content: bool = True) -> list[Proposal]:
    """One proposal a field, in the kind's order; three statements at most, for what its firm calls things, and what the
    kind itself looks up."""
    free = [head for head in usable(heads) if not head["period"] or not kind.is_wide]
    found = {one.name: Proposal(one) for one in kind.fields}
    claimed: dict[str, list[str]] = {}
    for one in kind.fields:
        same = [head["name"] for head in free if plain(head["name"]) in names_of(one)]
        fitting = [name for name in same if _fits(one, (head := _of(free, name))) and kind.is_own(one, head["examples"])]
        if len(called := [name for name in fitting if plain(name) in labels_of(one)]) == 1:
            fitting = called  # “품번” beside “품목” is the number
        for name in fitting:
            claimed.setdefault(name, []).append(one.name)
        found[one.name].candidates = fitting or same
    for proposal in found.values():
        names = proposal.candidates
        if len(names) == 1 and claimed.get(names[0]) == [proposal.field.name]:
            proposal.head = names[0]
        elif names and len({plain(name) for name in names}) == 1:
            proposal.is_doubled = all(claimed.get(name) == [proposal.field.name] for name in names)
    taken = {proposal.head for proposal in found.values() if proposal.head}
    words = Words()
    for proposal in found.values():
        if proposal.head:
            continue
        open_heads = [head for head in free if head["name"] not in taken]
        like = [head["name"] for head in open_heads if _is_like(proposal.field, head)]
        if by_content and not proposal.candidates and not like and proposal.field.of:
            like = [head["name"] for head in open_heads if _holds(words, proposal.field, head)]
        proposal.candidates = [*dict.fromkeys(name for name in (*proposal.candidates, *like) if name not in taken)]
        if (other := found.get(proposal.field.or_else)) and other.head:
            proposal.candidates = []  # that one says it
    return list(found.values())


def placed(heads: list[Any]) -> dict[str, str]:
    """Columns as people are told of them: where several are called so, each with its place in the sheet."""
    called = {head["name"]: plain(head["name"]) for head in heads}
    times = Counter(called.values())
    return {
        name: _("%(name)s, column %(letters)s") % {"name": name, "letters": letters} if letters and times[word] > 1 else name
        for (name, word), letters in zip(called.items(), (head.get("letters", "") for head in heads), strict=True)
    }


def told(one: Field, heads: list[Any]) -> str:
    """A field that nobody has said: with the columns that it may be, where several are called so."""
    words = placed(heads)
    same = [words[head["name"]] for head in usable(heads) if plain(head["name"]) in names_of(one)]
    return f"{one.label}: {' · '.join(same)}" if len(same) > 1 else str(one.label)


def needed_fields(
    kind: Incoming, rows: Sequence[Values], mapping: Mapping[str, str], constants: Mapping[str, str]
) -> list[Field]:
    """What these rows need at this firm and the file does not say, beyond what is required of every file."""
    said = {name for given in (mapping, constants) for name, value in given.items() if value}
    needed = kind.needed(rows)
    return [one for one in kind.fields if one.name in needed and not is_said(one, said)]


def _of(heads: list[Head], name: str) -> Head:
    return next(head for head in heads if head["name"] == name)


def _fits(one: Field, head: Head) -> bool:
    """Whether what stands below could be meant: a number needs numbers, a day days; an empty column fits all."""
    return one.reads == "text" or not head["filled"] or head["kind"] == one.reads or one.reads == "date" == head["kind"]


def _is_like(one: Field, head: Head) -> bool:
    """Whether its name holds a word of the field, or the other way round."""
    name = plain(head["name"])
    if not name or not _fits(one, head):
        return False
    return any(
        len(word) >= (2 if ord(word[0]) > 0x2FFF else 4) and (word in name or (len(name) > 3 and name in word))
        for word in names_of(one)
    )


def _holds(words: Words, one: Field, head: Head) -> bool:
    """Whether its examples are words of this firm: its parts, its partners, its sites, units."""
    examples = head["examples"]
    known = sum(words.means(one.of, example) is not None for example in examples)
    return bool(examples) and known * 5 >= len(examples) * 4


def unproven(kind: Incoming, heads: list[Any], mapping: Mapping[str, str]) -> dict[str, list[Head]]:
    """“order” and “decimal” → columns in use of which no cell proves it: asked, never guessed."""
    reads = {"order": "date", "decimal": "number"}
    used = {(mapping[one.name], one.reads) for one in kind.fields if mapping.get(one.name)}
    found: dict[str, list[Head]] = {}
    for head in heads:
        sort = head.get("assumed")
        if sort and ((head["name"], reads[sort]) in used or (kind.is_wide and head["period"])):
            found.setdefault(sort, []).append(head)
    return found


def unsaid(kind: Incoming, heads: list[Any], mapping: Mapping[str, str], constants: Mapping[str, str]) -> list[str]:
    """Which of the two nobody has said."""
    return [sort for sort in unproven(kind, heads, mapping) if constants.get(f"@{sort}") not in SORTS[sort]]


def whole(kind: Incoming, heads: list[Any], mapping: Mapping[str, str], constants: Mapping[str, str]) -> dict[str, str]:
    """The decimal sign as a constant, where the quantities that prove none are of units that have no parts: “1,200” beside
    “EA” is a thousand and two hundred."""
    by_name = {head["name"]: head for head in heads}
    said = by_name.get(mapping.get("quantity", ""), {}).get("open", "")
    column = by_name.get(mapping.get("unit", ""))
    units = column["examples"] if column else [constants["unit"]] if constants.get("unit") else []
    if "decimal" not in unsaid(kind, heads, mapping, constants) or not said or not 0 < len(units) < EXAMPLES_SHOWN:
        return {}
    words = Words()
    codes = [words.means("unit", unit) for unit in units]
    if not all(code and UNITS[code].places == 0 for code in codes):
        return {}
    return {"@decimal": "," if "." in said else "."}


def habit(sort: str) -> str:
    """What people of the firm have said of other files whose days or numbers proved nothing; "" where that differs."""
    told = ImportLayout.objects.filter(constants__has_key=f"@{sort}").values_list(f"constants__@{sort}", flat=True)
    found = set(told.order_by().distinct()[:2])
    return found.pop() if len(found) == 1 else ""


@dataclass(frozen=True)
class Meant:
    """How a firm meant such columns the last time, in the heads of this table.

    Attributes:
        is_sure: all of it is found again, and no unit or currency that was said stands against another head.
    """

    mapping: dict[str, str]
    constants: dict[str, str]
    is_sure: bool


def before(kind: Incoming, heads: list[Any]) -> Meant | None:
    """How this firm meant such columns the last time; “단가(USD)” is found again as “단가(KRW)”, what fits two is not."""
    layout = ImportLayout.objects.filter(kind=kind.name, signature=signature_of(heads)).first()
    if layout is None:
        return None
    names = {SHEET, *(head["name"] for head in heads)}
    found: dict[str, str] = {}
    for field, head in layout.mapping.items():
        same = [head] if head in names else [name for name in names if plain(name) == plain(head)]
        if len(same) == 1:
            found[field] = same[0]
    twice = {name for name, times in Counter(found.values()).items() if times > 1}
    mapping = {field: head for field, head in found.items() if head not in twice}
    is_other = any(head != layout.mapping[field] for field, head in mapping.items())
    is_sure = len(mapping) == len(layout.mapping) and not (is_other and {"unit", "currency"} & set(layout.constants))
    return Meant(mapping, layout.constants, is_sure)


def remember(kind: str, heads: list[Any], mapping: dict[str, str], constants: dict[str, str]) -> None:
    ImportLayout.objects.update_or_create(
        organization_id=require_scope().organization_id,
        kind=kind,
        signature=signature_of(heads),
        defaults={"mapping": mapping, "constants": constants},
    )


def kind_for(heads: list[Any]) -> str:
    """The kind whose columns these are: all it needs is there by name, and more of it than of any other; "" where several
    are as likely or none is."""
    found = []
    for name, kind in kinds().items():
        proposals = propose(kind, heads, by_content=False)
        said = {one.field.name for one in proposals if one.head or one.is_doubled}
        if all(is_said(one.field, said) or not one.field.is_required or one.field.default is not None for one in proposals):
            is_wide = kind.is_wide and any(head["period"] for head in heads)
            found.append((len(said) + 10 * is_wide, name))
    found.sort(reverse=True)
    return found[0][1] if found and (len(found) == 1 or found[0][0] > found[1][0]) else ""


def is_said(one: Field, said: Collection[str]) -> bool:
    """Whether a column says it, or one that stands in for it does."""
    return one.name in said or bool(one.or_else and one.or_else in said)


def open_fields(kind: Incoming, heads: list[Any], mapping: Mapping[str, str], constants: Mapping[str, str]) -> list[Field]:
    """What the kind needs and nobody has said yet. In a wide table the heads say day and quantity."""
    said = {name for given in (mapping, constants) for name, value in given.items() if value}
    wide = ("day", "quantity") if kind.is_wide and any(head["period"] for head in heads) else ()
    return [
        one
        for one in kind.fields
        if one.is_required and one.default is None and one.name not in wide and not is_said(one, said)
    ]
