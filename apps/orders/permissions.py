from apps.tenancy.roles import Role

_SUPPLIER = {Role.SUPPLIER_SALES, Role.SUPPLIER_PRODUCTION}
_BUYER = {Role.BUYER, Role.BUYER_APPROVER}

ACTS: dict[str, set[Role]] = {
    "view_orders": set(Role) - {Role.COORDINATOR},
    "draft_order": _BUYER,
    "publish_order": _BUYER,
    "cancel_order": _BUYER,
    "accept_proposal": _BUYER,
    "answer_order": _SUPPLIER,
}
