from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("plans", views.PlanViewSet, basename="api-plan")
router.register("demand", views.DemandViewSet, basename="api-demand")
router.register("bill-items", views.BillItemViewSet, basename="api-bill-item")
router.register("released-demand", views.ReleasedDemandViewSet, basename="api-released-demand")
router.register("demand-releases", views.PartnerReleaseViewSet, basename="api-demand-release")
router.register("stock-rules", views.StockRuleViewSet, basename="api-stock-rule")
urlpatterns = router.urls
