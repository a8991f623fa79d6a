"""What may this person, and this firm, do? Acts are held by roles; a side is a firm's place in a relation."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.errors import NotAllowed

from .roles import Side
from .scope import require_scope


class ActMissing(NotAllowed):
    code = "act_missing"
    rule = _("Your role in this firm does not include this act.")
    remedy = _("Ask the administrator of your firm for the role.")


class WrongSide(NotAllowed):
    code = "wrong_side"
    rule = _("This act belongs to the other side of the trading relation.")
    remedy = _("Ask your trading partner to do it.")


def require_act(act: str) -> None:
    """
    Raises:
        ActMissing: no role of the person in the scope's organization holds the act.
    """
    if act not in require_scope().acts:
        raise ActMissing(value=act)


def side_of(row: Any) -> Side | None:
    """The side of the scope's organization on a shared row."""
    own = require_scope().organization_ids
    if row.buyer_id in own:
        return Side.BUYER
    return Side.SUPPLIER if row.supplier_id in own else None


def require_side(row: Any, side: Side) -> None:
    """
    Raises:
        WrongSide: the scope's organization is not that side of the row's relation.
    """
    if side_of(row) is not side:
        raise WrongSide(value=side_of(row), needed=side)
