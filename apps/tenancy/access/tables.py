"""Tables that no predicate covers, each with its reason."""

from typing import Any

from django.apps import apps

OPEN_TABLES: dict[str, tuple[str, str]] = {
    "django_migrations": ("SELECT", "bookkeeping of Django; no tenant's data"),
    "django_content_type": ("SELECT", "names of models"),
    "auth_permission": ("SELECT", "names of acts"),
    "auth_group": (
        "SELECT, INSERT",
        "a group is named by organization id and role, nothing else; its members are scoped",
    ),
    "auth_group_permissions": ("SELECT", "empty: guardian's object permissions are used instead"),
    "guardian_userobjectpermission": ("SELECT", "empty: acts are held by roles; guardian's checker looks here too"),
}
# What proves who somebody is. No role but app_identity sees a row of these.
IDENTITY_TABLES: dict[str, str] = {
    "django_session": "who holds the key is the person",
    "account_emailaddress": "mailboxes of people",
    "account_emailconfirmation": "keys that prove a mailbox",
    "usersessions_usersession": "from where, and with which browser, people are signed in",
}


def identity_tables() -> list[str]:
    """All of them, once the models are loaded."""
    return [*IDENTITY_TABLES, *(model._meta.db_table for model in apps.get_models() if getattr(model, "of_identity", ""))]


def is_identity(model: Any) -> bool:
    """Whether a table is read by app_identity alone: one of a library's above, or a model that says why in `of_identity`."""
    return model._meta.db_table in IDENTITY_TABLES or bool(getattr(model, "of_identity", ""))
