"""Whom the firms of the example cluster call about each other's orders."""

from apps.masterdata.example import SUPPLIERS, Demo
from apps.tenancy.scope import organization_scope

from .relations import add_contact


def create_present(demo: Demo) -> None:
    """A person of each supplier, with an invented telephone number."""
    names = {row[0]: row[4] for row in SUPPLIERS}
    for number, relation in enumerate(demo.relations):
        with organization_scope(relation.supplier_id, user_id=demo.sellers[relation.pk], source="screen"):
            name = names[relation.supplier.legal_name]
            add_contact(relation_id=relation.pk, name=name, duty="영업", phone=f"041-555-{120 + 7 * number:04d}")
