from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {
    "manage_parts": {Role.BUYER, Role.BUYER_APPROVER, Role.TENANT_ADMIN},
    "view_parts": set(Role) - {Role.COORDINATOR},
}
