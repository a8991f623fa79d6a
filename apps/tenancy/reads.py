"""What statements of other rooms may join of firms, clusters and relations: SQL, each with its columns."""

from apps.common.sql import rows_of

from . import terms
from .models import Organization, RelationTerms, Site

FIRMS = rows_of(Organization, "id", "legal_name", "name_en")
SITES = rows_of(Site, "id", "name", "name_en")
# The windows of "on time", as they were when an order was placed.
TERMS = rows_of(RelationTerms, "id", "early_days", "late_days")
# Who takes part in which cluster now.
MEMBERS = "(SELECT cluster_id, organization_id FROM tenancy_clustermembership WHERE state = 'active')"
# Which acts the members of a group may do in a firm.
GROUP_ACTS = """(
    SELECT g.group_id, g.content_object_id AS organization_id, p.codename AS act
    FROM tenancy_organizationgrouppermission g JOIN auth_permission p ON p.id = g.permission_id
)"""


def latest_terms(relation: str) -> str:
    """The tail of a statement that asks for a column of the terms that a relation has now."""
    return f"""FROM public.tenancy_relationterms
        WHERE relation_id = {relation} ORDER BY version DESC LIMIT 1"""


def take_over_terms(row: str) -> str:
    """The statement by which agreed terms become those of the relation that they are about; for a trigger's row."""
    values = ", ".join(f"{name} = {row}.{name}" for name in terms.COLUMNS)
    return f"UPDATE public.tenancy_tradingrelation SET {values} WHERE id = {row}.relation_id;"
