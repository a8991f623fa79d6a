from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("parts", views.PartViewSet, basename="api-part")
router.register("partner-parts", views.PartnerPartViewSet, basename="api-partner-part")
router.register("part-prices", views.PriceViewSet, basename="api-part-price")
urlpatterns = router.urls
