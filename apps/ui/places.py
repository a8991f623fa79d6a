"""Where what a list names leads: pages of rooms above, by their names; "" for whom they are closed."""

from django.urls import reverse

from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope


def part_url(partner_part_id: int) -> str:
    """The outlook of a part between two firms."""
    return reverse("tower:part", args=[partner_part_id]) if "view_outlook" in require_scope().acts else ""


def own_part_url(part_id: int) -> str:
    """A part of the firm itself."""
    return reverse("masterdata:own-part", args=[part_id]) if "view_parts" in require_scope().acts else ""


def relation_url(relation_id: int, side: Side) -> str:
    """What two firms have delivered to each other so far."""
    if "view_scorecards" not in require_scope().acts:
        return ""
    return f"{reverse('tower:relation', args=[relation_id])}?side={side}"
