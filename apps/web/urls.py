from django.urls import path

from . import health, views

app_name = "web"
urlpatterns = [
    path("", views.today, name="today"),
    path("counts/", views.counts, name="counts"),
    path("members/", views.members, name="members"),
    path("search/", views.search, name="search"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("language/", views.language, name="language"),
    path("health/", health.live, name="health"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]
