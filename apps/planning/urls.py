from django.urls import path

from . import told_views, views

app_name = "planning"
urlpatterns = [
    path("", views.plans, name="plans"),
    path("paste/", views.paste, name="paste"),
    path("bills/", views.bills, name="bills"),
    path("suppliers/", told_views.suppliers, name="suppliers"),
    path("suppliers/split/<int:pk>/", told_views.split, name="split"),
    path("told/<int:pk>/", told_views.told, name="told"),
    path("<int:pk>/", views.release, name="release"),
]
