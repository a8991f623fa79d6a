"""What words of a file mean: heads, units, parts, partners, sites, customers, values of fixed lists."""

from collections.abc import Iterable
from typing import Any

from apps.common.incoming import Field, Incoming, choice_name
from apps.common.rooms import incoming
from apps.common.unit_words import folded, plain, unit_word, units_by_word
from apps.common.units import UNITS
from apps.masterdata.models import Part, PartnerPart
from apps.tenancy import selectors as tenancy
from apps.tenancy.models import Organization, TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from ..models import ImportWord

__all__ = ["Words", "choices", "folded", "list_name", "listed", "plain", "remembered", "say", "unit_word"]


def list_name(kind: Incoming, one: Field) -> str:
    """By which words of a fixed list are remembered: the same word may mean another thing in another column."""
    return f"{kind.name}.{one.name}"


def listed(of: str) -> tuple[Incoming, Field] | None:
    """Kind and field of such a name; None where it is no list's, or that of a kind that is no more."""
    name, _dot, field = of.rpartition(".")
    kind = incoming().get(name)
    one = kind.field(field) if kind else None
    return (kind, one) if kind and one and one.choices else None


def remembered(of: str) -> dict[str, str]:
    """What the firm said that words mean, by the folded word."""
    rows = ImportWord.objects.filter(of=of).values_list("word", "means")
    return {folded(word): means for word, means in rows}


class Words:
    """The meanings of words for one file: what the firm said, then what everybody knows, then its own codes and names."""

    def __init__(self, kind: Incoming | None = None) -> None:
        self._kind = kind
        self._said: dict[str, dict[str, str]] = {}
        self._known: dict[str, dict[str, str]] = {}
        self._names: dict[str, str] | None = None

    def means(self, of: str, word: str) -> str | None:
        """The code that a word stands for; None where it is not known."""
        if of not in self._said:
            self._said[of] = remembered(of)
            self._known[of] = getattr(self, f"_{of}s")()
        key = folded(word)
        found = self._said[of].get(key) or self._known[of].get(key) or (unit_word(word) if of == "unit" else None)
        return found or None

    def named(self, of: str, word: str) -> str | None:
        """The part that a name means where its number is not said; what the firm said of the word comes first."""
        if of != "part":
            return None
        if self._names is None:
            rows = Part.objects.filter(ended_at=None).values_list("number", "name", "name_en")
            self._names = _meanings(((name, number) for number, *names in rows for name in names))
        return self.means(of, word) or self._names.get(folded(word)) or None

    def chosen(self, one: Field, word: str) -> Any:
        """The value of a fixed list that the firm said a word means; None where it has said nothing."""
        if self._kind is None:
            return None
        if (of := list_name(self._kind, one)) not in self._said:
            self._said[of] = remembered(of)
        means = self._said[of].get(folded(word))
        return next((value for value in one.choices if str(value) == means), None)

    def _units(self) -> dict[str, str]:
        return units_by_word()

    def _parts(self) -> dict[str, str]:
        """Own numbers and the buyer's; a supplier's number means the buyer's, where it means only one."""
        rows = list(PartnerPart.objects.values_list("buyer_number", "supplier_number", "own_number"))
        numbers = [*(buyer for buyer, *_others in rows), *Part.objects.values_list("number", flat=True)]
        theirs = ((number, buyer) for buyer, *others in rows for number in others)
        return _meanings(((number, number) for number in numbers), theirs)

    def _partners(self) -> dict[str, str]:
        rows = _partners()
        called = (
            (name, code)
            for code, partner in rows
            for name in (partner.legal_name, partner.name_en, partner.bpnl, partner.gln)
        )
        return _meanings(((code, code) for code, _partner in rows), called)

    def _customers(self) -> dict[str, str]:
        """A customer is called by its name: its own number of the firm is nothing that the firm knows it by."""
        rows = _customers()
        called = ((name, firm.legal_name) for firm in rows for name in (firm.name_en, firm.bpnl, firm.gln))
        return _meanings(((firm.legal_name, firm.legal_name) for firm in rows), called)

    def _sites(self) -> dict[str, str]:
        """Codes and names of the firm's own sites: a file is of nobody else's."""
        rows = list(tenancy.own_sites())
        called = ((name, site.code) for site in rows for name in (site.name, site.name_en))
        return _meanings(((site.code, site.code) for site in rows), called)


def _meanings(*kinds: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Word → code: codes before what else is called so; a word with two meanings has none, and is asked."""
    found: dict[str, str] = {}
    for pairs in kinds:
        meant: dict[str, set[str]] = {}
        for word, code in pairs:
            if word:
                meant.setdefault(folded(word), set()).add(code)
        found = {word: next(iter(codes)) if len(codes) == 1 else "" for word, codes in meant.items()} | found
    return found


def _partners() -> list[tuple[str, Organization]]:
    """(vendor code, firm) of each supplier: tables of partners are those of a buyer."""
    rows = TradingRelation.objects.on_side(Side.BUYER).select_related("supplier")
    return [(relation.vendor_code, relation.supplier) for relation in rows]


def _customers() -> list[Organization]:
    """Firms that the own one supplies."""
    return [relation.buyer for relation in TradingRelation.objects.on_side(Side.SUPPLIER).select_related("buyer")]


def choices(of: str) -> list[tuple[str, str]]:
    """(code, words) of what a word may be said to mean."""
    if found := listed(of):
        return [(str(value), choice_name(found[1], value)) for value in found[1].choices if str(value)]
    if of == "unit":
        return [(code, f"{unit.label} ({code})") for code, unit in UNITS.items()]
    if of == "site":
        return sorted({(site.code, f"{site.code} {site}") for site in tenancy.own_sites()})
    if of == "partner":
        return sorted((code, f"{partner.name} · {code}") for code, partner in _partners())
    if of == "customer":
        return sorted((firm.legal_name, str(firm)) for firm in _customers())
    own = Part.objects.order_by("number").values_list("number", "name")[:2000]
    agreed = PartnerPart.objects.order_by("buyer_number").values_list("buyer_number", "name")[:2000]
    return sorted({number: f"{number} {name}" for number, name in (*own, *agreed)}.items())


def say(of: str, word: str, means: str) -> None:
    """Remember what a word means to the firm."""
    ImportWord.objects.update_or_create(
        organization_id=require_scope().organization_id, of=of, word=word.strip()[:200], defaults={"means": means}
    )
