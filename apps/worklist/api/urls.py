from django.urls import path

from . import views

urlpatterns = [
    path("work/", views.WorkView.as_view(), name="api-work"),
    path("offers/accept/", views.AcceptView.as_view(), name="api-accept-offers"),
    path("offers/decline/", views.DeclineView.as_view(), name="api-decline-offers"),
]
