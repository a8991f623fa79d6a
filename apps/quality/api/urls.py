from django.urls import path
from rest_framework.routers import SimpleRouter

from . import machines, views

router = SimpleRouter()
router.register("inspection-lots", views.LotViewSet, basename="api-lot")
router.register("non-conformances", views.NonConformanceViewSet, basename="api-non-conformance")
urlpatterns = [path("learning/site/labels/", machines.LabelsView.as_view(), name="site-labels"), *router.urls]
