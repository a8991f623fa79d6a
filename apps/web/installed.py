"""What makes the pages an application on a phone: its manifest, the worker that keeps the shell, and the page that stands in
where there is no connection. None of it knows a person or a firm."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

KEPT = ("web/ui.css", "web/app.js", "web/forms.js", "web/icon-192.png")
AGE_S = 3600


@require_GET
@cache_control(max_age=AGE_S, public=True)
def manifest(request: HttpRequest) -> JsonResponse:
    """The name, the icons, and where the application opens."""
    icons = [
        {"src": static(f"web/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    described = {
        "id": "/",
        "name": _("Dure"),
        "short_name": _("Dure"),
        "description": _("Orders, deliveries, stock and quality with your partners"),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f5f6f8",
        "theme_color": "#2a4fd0",
        "icons": icons,
    }
    return JsonResponse(described, content_type="application/manifest+json")


@require_GET
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it changes, and is taken anew, with the names of the files that it keeps."""
    context = {"kept": [static(name) for name in KEPT]}
    return render(request, "web/sw.js", context, content_type="text/javascript")


@require_GET
@cache_control(max_age=AGE_S, public=True)
def offline(request: HttpRequest) -> HttpResponse:
    """What stands in for any page without a connection: the same for everybody, in both languages."""
    return render(request, "web/offline.html")
