from django.urls import path
from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("tokens", views.TokenViewSet, basename="api-token")
urlpatterns = [path("me/", views.MeView.as_view(), name="api-me"), *router.urls]
