from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("capacity-groups", views.GroupViewSet, basename="api-capacity-group")
router.register("capacity-weeks", views.WeekViewSet, basename="api-capacity-week")
router.register("capacity-agreements", views.AgreementViewSet, basename="api-capacity-agreement")
router.register("told-capacity", views.ToldViewSet, basename="api-told-capacity")
urlpatterns = router.urls
