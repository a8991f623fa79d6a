from typing import Any

from django import template

from apps.quality.pages import LOOK
from apps.quality.statuses import Defect

register = template.Library()


@register.inclusion_tag("web/_status.html")
def decision_status(decision: Any) -> Any:
    label, icon, tone = LOOK[decision]
    return {"label": label, "icon": icon, "tone": tone}


@register.filter
def defect(code: Any) -> Any:
    """The word of a defect; words of other systems stay as they are."""
    return Defect(code).label if code in Defect.values else code or "—"
