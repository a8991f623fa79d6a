from typing import Any

from django import template

from apps.quality.pages import LOOK
from apps.quality.statuses import defect_word
from apps.ui.texts import mark

register = template.Library()


@register.simple_tag
def decision_status(decision: Any) -> Any:
    return mark(*LOOK[decision])


register.filter("defect", defect_word)
