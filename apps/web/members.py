"""What the member pages show."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from apps.common.rooms import kinds
from apps.tenancy import selectors
from apps.tenancy.models import ClusterMembership

LOOK: dict[str, tuple[str, str]] = {
    ClusterMembership.State.INVITED: ("mail", "info"),
    ClusterMembership.State.ACTIVE: ("circle-check", "ok"),
    ClusterMembership.State.SUSPENDED: ("circle-pause", "warn"),
    ClusterMembership.State.LEFT: ("log-out", "mute"),
}
QUIET_AFTER = timedelta(days=7)


def _freshness(last_at: datetime | None, state: str, days: int | None) -> dict[str, Any]:
    """How old a firm's last act of one kind is, against what it agreed to: never a quantity.

    Args:
        days: within which the firm brings it up to date, as it agreed with a partner; None: nothing is agreed, so it is
            neither fresh nor stale.
    """
    found = {"at": last_at, "days": days, "tone": "mute"}
    if days is None or state != ClusterMembership.State.ACTIVE:
        return found
    is_fresh = last_at is not None and last_at > timezone.now() - timedelta(days=days)
    return found | {"tone": "ok" if is_fresh else "warn"}


Agreed = dict[tuple[int, int], dict[str, int]]


def member_rows(activity: dict[int, dict[str, Any]], agreed: Agreed) -> list[dict[str, Any]]:
    """Members of the own clusters with freshness and counts, the stalest first; never a quantity.

    Args:
        agreed: (cluster, firm) → kind of data → days, as relations agreed (`partners.selectors.agreed_days`).
        activity: per organization id its number of `acts` and `last_at`, as the room of events keeps them.
    """
    shown = kinds()
    rows = []
    for membership in selectors.memberships():
        seen = activity.get(membership.organization_id, {"acts": 0, "last_at": None, "kinds": {}})
        icon, tone = LOOK[membership.state]
        is_quiet = seen["last_at"] is None or seen["last_at"] < timezone.now() - QUIET_AFTER
        days = agreed.get((membership.cluster_id, membership.organization_id), {})
        freshness = [_freshness(seen["kinds"].get(kind.name), membership.state, days.get(kind.name)) for kind in shown]
        look = {"icon": icon, "tone": tone, "is_quiet": is_quiet, "freshness": freshness}
        rows.append({"membership": membership, **seen, **look})
    rows.sort(key=lambda row: (row["membership"].cluster_id, row["last_at"] is not None, row["last_at"]))
    return [{**row, "place": place} for place, row in enumerate(rows)]


def members_context(rows: list[dict[str, Any]], *, waiting: int = 0) -> dict[str, Any]:
    """The members, and figures of them for the first page; `waiting`: firms that were asked and have not come yet."""
    active = [row for row in rows if row["membership"].state == ClusterMembership.State.ACTIVE]
    trading = [row for row in active if row["membership"].kind in ("lead", "supplier")]
    return {
        "members": rows,
        "clusters": list(selectors.clusters()),
        "active_count": len(active),
        "active_tone": "ok" if len(active) == len(rows) else "warn",
        "invited_count": waiting,
        "quiet_count": sum(row["is_quiet"] for row in trading),
        "act_count": sum(row["acts"] for row in rows),
    }
