from django.urls import path
from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("notifications", views.NotificationViewSet, basename="api-notification")
urlpatterns = [path("events/", views.EventsView.as_view(), name="api-events"), *router.urls]
