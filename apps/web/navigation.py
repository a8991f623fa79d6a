"""What stands at the side: one list, shown by acts."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Item:
    """One entry; shown to people who hold the act (None: everybody), where the firm trades so ("" always)."""

    key: str
    label: Any
    icon: str
    url_name: str
    act: str | None = None
    side: str = ""
    count: str = ""


GROUPS = [
    (
        _("Work"),
        [
            Item("today", _("Today"), "layout-dashboard", "web:today"),
            Item("orders", _("Orders"), "clipboard-list", "orders:list", "view_orders", "trades", "attention"),
            Item("deliveries", _("Deliveries"), "truck", "deliveries:list", "view_deliveries", "trades", "expected"),
            Item("inspections", _("Inspections"), "microscope", "quality:list", "view_inspections", "trades", "inspect"),
            Item("stock", _("Stock"), "warehouse", "inventory:stock", "view_stock", "trades"),
            Item("outlook", _("Supply outlook"), "chart-line", "tower:outlook", "view_outlook", "trades"),
            Item("scorecards", _("Scorecards"), "gauge", "tower:scorecards", "view_scorecards", "trades"),
            Item("parts", _("Parts"), "boxes", "masterdata:parts", "view_parts", "trades"),
        ],
    ),
    (
        _("Cluster"),
        [
            Item("training", _("Training together"), "brain-circuit", "learning:home", "view_learning"),
            Item("members", _("Members"), "users", "web:members", "view_members"),
        ],
    ),
    (
        _("Firm"),
        [
            Item("people", _("People"), "id-card", "accounts:people", "manage_people"),
            Item("tokens", _("API tokens"), "key-round", "accounts:tokens", "manage_tokens"),
        ],
    ),
]


def navigation(request, door):
    """Groups of (item, address, whether it is the present page)."""
    scope = door.scope
    # A firm that trades on both sides gets the buyer's entry; the list itself switches sides.
    sides = {"buys", "trades"} if scope.buys else {"supplies", "trades"} if scope.supplies else set()
    shown = []
    for title, items in GROUPS:
        rows = []
        for item in items:
            if (item.act is None or item.act in scope.acts) and (not item.side or item.side in sides):
                url = reverse(item.url_name)
                is_here = request.path == url if url == "/" else request.path.startswith(url)
                rows.append({"item": item, "url": url, "is_here": is_here})
        if rows:
            shown.append({"title": title, "rows": rows})
    return shown
