"""Targets that no tenant key binds, with the reason.

Of other targets a model says in `unbound` which of its keys none binds, and why; a walk finds those of which nobody does.
"""

UNBOUND_TARGETS: dict[str, str] = {
    "accounts.User": "a person works for several firms and leaves them; what was done keeps its author",
    "auth.Group": "a group holds a role of one organization; its own row names no tenant",
    "auth.Permission": "names of acts",
    "tenancy.Organization": "names a tenant beside the owner; the row's own policy says which may stand there",
}
