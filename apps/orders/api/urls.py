from django.urls import path
from rest_framework.routers import SimpleRouter

from . import many, views

router = SimpleRouter()
router.register("orders", views.OrderViewSet, basename="api-order")
router.register("changes", views.ChangeViewSet, basename="api-change")
urlpatterns = [
    path("search/", views.SearchView.as_view(), name="api-search"),
    path("orders/publish/", many.PublishView.as_view(), name="api-publish-orders"),
    path("lines/changes/", many.LineChangesView.as_view(), name="api-line-changes"),
    path("lines/remind/", many.RemindView.as_view(), name="api-remind-lines"),
    path("lines/close-short/", many.CloseLinesView.as_view(), name="api-close-lines"),
    *router.urls,
]
