from rest_framework.routers import SimpleRouter

from . import relations, views

router = SimpleRouter()
router.register("sites", views.SiteViewSet, basename="api-site")
router.register("relations", relations.RelationViewSet, basename="api-relation")
router.register("relation-requests", relations.RequestViewSet, basename="api-relation-request")
router.register("terms-proposals", relations.ProposalViewSet, basename="api-terms-proposal")
router.register("relation-contacts", relations.ContactViewSet, basename="api-relation-contact")
urlpatterns = router.urls
