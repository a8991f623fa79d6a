from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {
    "manage_tokens": set(Role),
}
