from typing import Any

from django import template

from apps.quality.pages import LOOK
from apps.quality.statuses import Defect
from apps.ui.texts import mark

register = template.Library()


@register.simple_tag
def decision_status(decision: Any) -> Any:
    return mark(*LOOK[decision])


@register.filter
def defect(code: Any) -> Any:
    """The word of a defect; words of other systems stay as they are."""
    return Defect(code).label if code in Defect.values else code or "—"
