from django.urls import path
from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("orders", views.OrderViewSet, basename="api-order")
router.register("changes", views.ChangeViewSet, basename="api-change")
urlpatterns = [path("search/", views.SearchView.as_view(), name="api-search"), *router.urls]
