from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("parts", views.PartViewSet, basename="api-part")
router.register("partner-parts", views.PartnerPartViewSet, basename="api-partner-part")
urlpatterns = router.urls
