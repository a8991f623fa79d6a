"""Collects the pages and the API of every app."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

urlpatterns = [
    path("", include("apps.web.urls")),
    path("account/", include("apps.accounts.urls")),
    path("orders/", include("apps.orders.urls")),
    path("deliveries/", include("apps.deliveries.urls")),
    path("inspections/", include("apps.quality.urls")),
    path("stock/", include("apps.inventory.urls")),
    path("tower/", include("apps.tower.urls")),
    path("training/", include("apps.learning.urls")),
    path("inbox/", include("apps.events.urls")),
    path("parts/", include("apps.masterdata.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/", include("apps.accounts.api.urls")),
    path("api/", include("apps.tenancy.api.urls")),
    path("api/", include("apps.masterdata.api.urls")),
    path("api/", include("apps.events.api.urls")),
    path("api/", include("apps.orders.api.urls")),
    path("api/", include("apps.inventory.api.urls")),
    path("api/", include("apps.quality.api.urls")),
    path("api/", include("apps.deliveries.api.urls")),
    path("api/", include("apps.tower.api.urls")),
    path("api/learning/", include("apps.learning.api.urls")),
]

handler400 = "apps.web.errors.bad_request"
handler403 = "apps.web.errors.forbidden"
handler404 = "apps.web.errors.not_found"
handler429 = "apps.web.errors.too_many"  # allauth looks here
handler500 = "apps.web.errors.server_error"
