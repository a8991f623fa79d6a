"""Acts on organizations and clusters, and how every app's acts reach the database.

Each app's permissions.py maps its acts to roles. `migrate` creates a permission per act, on the content type of
Organization (guardian checks an act against the organization, never against a business row), and grants them to the groups.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from .roles import Role

ACTS: dict[str, set[Role]] = {
    "view_members": {Role.COORDINATOR, Role.TENANT_ADMIN, Role.BUYER, Role.BUYER_APPROVER},
    "manage_people": {Role.TENANT_ADMIN},
    "view_partners": set(Role),
    "manage_sites": {Role.TENANT_ADMIN},
    "manage_relations": {Role.TENANT_ADMIN, Role.BUYER_APPROVER},
    # Where the terms of a relation hide prices: those who buy and sell see them all the same.
    "view_prices": {Role.BUYER, Role.BUYER_APPROVER, Role.SUPPLIER_SALES, Role.TENANT_ADMIN},
}

LABELS = {
    "view_members": _("See members"),
    "manage_people": _("Manage people"),
    "view_partners": _("See partners, their sites and terms"),
    "manage_sites": _("Manage the firm's sites"),
    "view_prices": _("See prices, also where the terms hide them from others of the firm"),
    "manage_relations": _("Ask for trading relations, agree terms, suspend and end them"),
}


def all_acts() -> dict[str, set[Role]]:
    """Every act of every app, with the roles that hold it."""
    found: dict[str, set[Role]] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.permissions"
        if config.name.startswith("apps.") and find_spec(name):
            for act, roles in import_module(name).ACTS.items():
                if act in found:
                    raise RuntimeError(f"The act {act!r} is declared twice; acts are named once in the project.")
                found[act] = roles
    return found


def act_labels() -> dict[str, Any]:
    """What each act is called on screen."""
    found: dict[str, Any] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.permissions"
        if config.name.startswith("apps.") and find_spec(name):
            found |= getattr(import_module(name), "LABELS", {})
    return found


def acts_of(role: str) -> set[str]:
    return {act for act, roles in all_acts().items() if role in roles}
