from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def share(score, name):
    """A share of the lines in percent, one place."""
    value = score.share(name)
    return "—" if value is None else f"{value * 100:.1f} %"


@register.filter
def ppm(score):
    return "—" if score.ppm is None else f"{score.ppm:,.0f}"


@register.filter
def hours(score):
    value = score.response_hours
    return "—" if value is None else f"{value:.1f} " + _("h")
