from django.urls import path

from . import agreement_views, told_views, views

app_name = "capacity"
urlpatterns = [
    path("", views.groups, name="groups"),
    path("new/", views.new, name="new"),
    path("suppliers/", told_views.suppliers, name="suppliers"),
    path("suppliers/propose/", told_views.propose, name="propose"),
    path("suppliers/<int:pk>/agree/", told_views.agree, name="agree"),
    path("suppliers/<int:pk>/end/", told_views.end_sharing, name="end-sharing"),
    path("agreements/<int:pk>/", agreement_views.agreement, name="agreement"),
    path("agreements/<int:pk>/agree/", agreement_views.agree, name="agree-capacity"),
    path("agreements/<int:pk>/end/", agreement_views.end, name="end-capacity"),
    path("<int:pk>/offer/", agreement_views.offer, name="offer"),
    path("<int:pk>/", views.group, name="group"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/hold/", views.hold, name="hold"),
    path("<int:pk>/end/", views.end, name="end"),
]
