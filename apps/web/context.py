"""What every page of the shell knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from .navigation import navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    door = getattr(request, "door", None)
    theme = request.COOKIES.get("theme", "auto")
    return {
        "theme": theme if theme in ("auto", "light", "dark") else "auto",
        "door": door,
        "has_style_guide": settings.STYLE_GUIDE,
        "navigation": navigation(request, door) if door and door.organization_id else [],
    }
