from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("materials", views.MaterialViewSet, basename="api-material")
router.register("material-stock", views.MaterialStockViewSet, basename="api-material-stock")
router.register("material-movements", views.MaterialMovementViewSet, basename="api-material-movement")
router.register("consignment-notes", views.NoteViewSet, basename="api-consignment-note")
router.register("material-losses", views.LossViewSet, basename="api-material-loss")
router.register("settlements", views.SettlementViewSet, basename="api-settlement")
urlpatterns = router.urls
