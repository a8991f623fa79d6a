from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("plans", views.PlanViewSet, basename="api-plan")
router.register("demand", views.DemandViewSet, basename="api-demand")
router.register("bill-items", views.BillItemViewSet, basename="api-bill-item")
urlpatterns = router.urls
