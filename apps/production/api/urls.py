from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("production-reports", views.ReportViewSet, basename="api-production-report")
urlpatterns = router.urls
