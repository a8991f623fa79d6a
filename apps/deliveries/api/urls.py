from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("shipments", views.ShipmentViewSet, basename="api-shipment")
urlpatterns = router.urls
