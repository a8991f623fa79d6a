from django.urls import path

from . import views

app_name = "events"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="read-all"),
    path("<int:pk>/", views.open_entry, name="open"),
]
