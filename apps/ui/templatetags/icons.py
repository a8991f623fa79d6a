"""`{% lucide "truck" size=16 %}`: the package's icons, drawn once and kept; it copies and writes an XML tree for each."""

from functools import lru_cache

import lucide as package
from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def lucide(name: str, *, size: int | None = 24, **attributes: object) -> SafeString:
    """The SVG of an icon; attributes as `stroke_width=2`.

    Raises:
        IconDoesNotExist: no icon has that name.
    """
    return _drawn(str(name), size, tuple((key, str(value)) for key, value in attributes.items()))


@lru_cache(maxsize=1024)
def _drawn(name: str, size: int | None, attributes: tuple[tuple[str, str], ...]) -> SafeString:
    # Safe: the package writes an XML tree, in which names and attributes are escaped.
    return mark_safe(package._render_icon(name, size, **{key: value + "" for key, value in attributes}))
