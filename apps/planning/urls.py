from django.urls import path

from . import views

app_name = "planning"
urlpatterns = [
    path("", views.plans, name="plans"),
    path("paste/", views.paste, name="paste"),
    path("bills/", views.bills, name="bills"),
    path("<int:pk>/", views.release, name="release"),
]
