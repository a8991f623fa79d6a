from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("inspection-lots", views.LotViewSet, basename="api-lot")
router.register("non-conformances", views.NonConformanceViewSet, basename="api-non-conformance")
urlpatterns = router.urls
