"""What of production a firm may share by a grant, and what tells of it all the same."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.consigned.selectors import still_told_of

SHARES = {"production": gettext_lazy("Production: what is planned, and what was made last")}
NAMED = 3  # materials named one by one


def _material(grant: Any) -> str:
    """Whoever hands out material reads what became of it: how much of a part was made shows in what it took."""
    numbers = still_told_of(grant.organization_id, grant.receiver_id, grant.partner_part_id)
    if not numbers:
        return ""
    named = ", ".join(numbers[:NAMED])
    if (rest := len(numbers) - NAMED) > 0:
        named = _("%(numbers)s and %(n)s more") % {"numbers": named, "n": rest}
    return _("what is received, used and settled of consigned material (%(numbers)s)") % {"numbers": named}


BESIDES = {"production": _material}
