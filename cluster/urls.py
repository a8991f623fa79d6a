"""Collects the pages and the API of every room."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from apps.common.rooms import rooms

urlpatterns = [
    *(path(room.pages, include(f"{name}.urls")) for name, room in rooms().items() if room.pages is not None),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    *(path(room.api, include(f"{name}.api.urls")) for name, room in rooms().items() if room.api is not None),
]

handler400 = "apps.web.errors.bad_request"
handler403 = "apps.web.errors.forbidden"
handler404 = "apps.web.errors.not_found"
handler429 = "apps.web.errors.too_many"  # allauth looks here
handler500 = "apps.web.errors.server_error"
