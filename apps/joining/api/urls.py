from rest_framework.routers import SimpleRouter

from .views import FirmInvitationViewSet

router = SimpleRouter()
router.register("firm-invitations", FirmInvitationViewSet, basename="api-firm-invitation")
urlpatterns = router.urls
