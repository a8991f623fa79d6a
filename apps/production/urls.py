from django.urls import path

from . import counting, views

app_name = "production"
urlpatterns = [
    path("", views.daily, name="daily"),
    path("count/", counting.count, name="count"),
    path("rule/", views.rule, name="rule"),
    path("reports/", views.reports, name="reports"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("reports/<int:pk>/reverse/", views.reverse, name="reverse"),
]
