from django.urls import path

from . import health, installed, views

app_name = "web"
urlpatterns = [
    path("", views.today, name="today"),
    path("counts/", views.counts, name="counts"),
    path("members/", views.members, name="members"),
    path("search/", views.search, name="search"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("language/", views.language, name="language"),
    path("manifest.webmanifest", installed.manifest, name="manifest"),
    path("sw.js", installed.worker, name="worker"),
    path("offline/", installed.offline, name="offline"),
    path("health/", health.live, name="health"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]
