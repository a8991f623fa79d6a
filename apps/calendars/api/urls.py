from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("calendars", views.CalendarViewSet, basename="api-calendar")
router.register("calendar-days", views.CalendarDayViewSet, basename="api-calendar-day")
router.register("shifts", views.ShiftViewSet, basename="api-shift")
urlpatterns = router.urls
