"""What stands at the side: the entries of all rooms, shown by acts."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.common.rooms import CLUSTER, FIRM, WORK, entries

GROUPS = {WORK: _("Work"), CLUSTER: _("Cluster"), FIRM: _("Firm")}


def navigation(request: HttpRequest, door: Any) -> list[dict[str, Any]]:
    """Groups of (entry, address, whether it is the present page)."""
    scope = door.scope
    # A firm that trades on both sides gets the buyer's entry; the list itself switches sides.
    sides = {"buys", "trades"} if scope.buys else {"supplies", "trades"} if scope.supplies else set()
    shown: dict[str, list[dict[str, Any]]] = {group: [] for group in GROUPS}
    for item in entries():
        if (item.act is None or item.act in scope.acts) and (not item.side or item.side in sides):
            url = reverse(item.url_name)
            is_here = request.path == url if url == "/" else request.path.startswith(url)
            shown[item.group].append({"item": item, "url": url, "is_here": is_here})
    return [{"title": GROUPS[group], "rows": rows} for group, rows in shown.items() if rows]
