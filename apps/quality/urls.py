from django.urls import path

from . import views

app_name = "quality"
urlpatterns = [
    path("", views.lot_list, name="list"),
    path("<int:pk>/", views.lot, name="lot"),
    path("<int:pk>/row/", views.row, name="row"),
]
