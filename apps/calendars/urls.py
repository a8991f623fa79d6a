from django.urls import path

from . import views

app_name = "calendars"
urlpatterns = [
    path("", views.calendars, name="calendars"),
    path("<int:pk>/days/", views.add_day, name="add-day"),
    path("<int:pk>/days/<int:day_pk>/remove/", views.remove_day, name="remove-day"),
    path("<int:pk>/shifts/", views.add_shift, name="add-shift"),
    path("<int:pk>/shifts/<int:shift_pk>/remove/", views.remove_shift, name="remove-shift"),
]
