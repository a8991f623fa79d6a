from django.urls import path
from rest_framework.routers import SimpleRouter

from . import people, stand_ins, views

router = SimpleRouter()
router.register("tokens", views.TokenViewSet, basename="api-token")
router.register("invitations", people.InvitationViewSet, basename="api-invitation")
router.register("people", people.PersonViewSet, basename="api-person")
router.register("stand-ins", stand_ins.StandInViewSet, basename="api-stand-in")
urlpatterns = [path("me/", views.MeView.as_view(), name="api-me"), *router.urls]
