from django.urls import path

from . import begin_views, views

app_name = "joining"
urlpatterns = [
    path("begin/", begin_views.begin, name="begin"),
    path("start/", views.start, name="start"),
]
