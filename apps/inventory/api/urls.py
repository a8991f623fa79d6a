from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("stock", views.BalanceViewSet, basename="api-stock")
router.register("stock-movements", views.MovementViewSet, basename="api-movement")
urlpatterns = router.urls
