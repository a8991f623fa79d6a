from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("organizations", views.OrganizationViewSet, basename="api-organization")
router.register("clusters", views.ClusterViewSet, basename="api-cluster")
router.register("memberships", views.MembershipViewSet, basename="api-membership")
urlpatterns = router.urls
