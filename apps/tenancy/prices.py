"""Who sees prices inside a firm: everybody, or those who buy and sell, as the two firms of a relation agreed."""

from collections.abc import Mapping
from typing import Any

from .models import TradingRelation
from .scope import require_scope

SEES = "view_prices"
Pair = tuple[int, int]
KEPT = "hidden_pairs"


def hidden_pairs() -> frozenset[Pair]:
    """(buyer, supplier) of relations of which the person of the scope sees no prices; one statement a scope at most."""
    scope = require_scope()
    if scope.is_system or SEES in scope.acts:
        return frozenset()
    found: frozenset[Pair] | None = vars(scope).get(KEPT)
    if found is None:
        found = frozenset(TradingRelation.objects.filter(hides_prices=True).values_list("buyer_id", "supplier_id"))
        # On this very scope, which one request has: two scopes of one person are equal, and terms change between them.
        object.__setattr__(scope, KEPT, found)
    return found


def are_hidden(row: Any) -> bool:
    """Whether a shared row, a model's or a mapping, is of such a relation."""
    get = row.get if isinstance(row, Mapping) else lambda name: getattr(row, name)
    return (get("buyer_id"), get("supplier_id")) in hidden_pairs()


def told_of(row: Any, told: dict[str, Any], *names: str) -> dict[str, Any]:
    """What a history tells of a row, without the named columns of prices where they are hidden."""
    return {name: label for name, label in told.items() if name not in names} if are_hidden(row) else told
