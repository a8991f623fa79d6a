from django.urls import path

from . import counting, told_views, views

app_name = "production"
urlpatterns = [
    path("", views.daily, name="daily"),
    path("count/", counting.count, name="count"),
    path("suppliers/", told_views.suppliers, name="suppliers"),
    path("suppliers/propose/", told_views.propose, name="propose"),
    path("suppliers/<int:pk>/agree/", told_views.agree, name="agree"),
    path("suppliers/<int:pk>/end/", told_views.end, name="end"),
    path("rule/", views.rule, name="rule"),
    path("reports/", views.reports, name="reports"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("reports/<int:pk>/reverse/", views.reverse, name="reverse"),
]
