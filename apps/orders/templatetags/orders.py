from django import template

from apps.orders.pages import LOOK, state_of

register = template.Library()


@register.inclusion_tag("web/_status.html")
def line_status(line):
    """The state of one schedule line."""
    due = line.confirmed_date or line.requested_date
    label, icon, tone = LOOK[state_of({"fulfilment": line.fulfilment, "status": line.status, "due_date": due})]
    return {"label": label, "icon": icon, "tone": tone}


@register.inclusion_tag("web/_status.html")
def state_sample(state):
    """One state as it looks, for the style guide."""
    label, icon, tone = LOOK[state]
    return {"label": label, "icon": icon, "tone": tone}
