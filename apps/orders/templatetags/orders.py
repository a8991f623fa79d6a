from django import template

from apps.orders.pages import LOOK, state_of

register = template.Library()


@register.inclusion_tag("web/_status.html")
def line_status(line):
    """The state of one schedule line."""
    due = line.confirmed_date or line.requested_date
    open_change = line.open_changes[0].side if getattr(line, "open_changes", None) else ""
    facts = {"fulfilment": line.fulfilment, "closure": line.closure, "open_change_side": open_change}
    label, icon, tone = LOOK[state_of({**facts, "status": line.status, "due_date": due})]
    return {"label": label, "icon": icon, "tone": tone}


@register.inclusion_tag("web/_status.html")
def state_sample(state):
    """One state as it looks, for the style guide."""
    label, icon, tone = LOOK[state]
    return {"label": label, "icon": icon, "tone": tone}
