from django.urls import path

from . import export_views, views

app_name = "leaving"
urlpatterns = [
    path("clusters/<int:pk>/leave/", views.leave, name="leave"),
    path("exports/", export_views.exports, name="exports"),
    path("exports/<int:export>/", export_views.state, name="export"),
    path("exports/<int:export>/content/", export_views.content, name="export-content"),
    path("clusters/<int:pk>/firms/", views.firms, name="firms"),
    path("clusters/<int:pk>/firms/<int:firm>/suspend/", views.suspend, name="suspend"),
    path("clusters/<int:pk>/firms/<int:firm>/resume/", views.resume, name="resume"),
    path("clusters/<int:pk>/firms/<int:firm>/stay/", views.stay, name="stay"),
    path("clusters/<int:pk>/firms/<int:firm>/remove/", views.remove, name="remove"),
    path("clusters/<int:pk>/departures/", views.departures, name="departures"),
]
