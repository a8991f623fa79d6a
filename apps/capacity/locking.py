from apps.masterdata.services import next_number
from apps.tenancy.scope import require_scope


def lock() -> None:
    """Capacity of a firm is changed, agreed and told one after the other: its counter of it stays locked until the end."""
    next_number(organization_id=require_scope().organization_id, kind="capacity", prefix="")
