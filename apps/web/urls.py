from django.urls import path

from . import views

app_name = "web"
urlpatterns = [
    path("", views.today, name="today"),
    path("counts/", views.counts, name="counts"),
    path("members/", views.members, name="members"),
    path("search/", views.search, name="search"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("language/", views.language, name="language"),
    path("health/", views.health, name="health"),
]
