from django.urls import path

from . import views

app_name = "quality"
urlpatterns = [
    path("", views.lot_list, name="list"),
    path("non-conformances/", views.non_conformance_list, name="non-conformances"),
    path("non-conformances/<int:pk>/", views.non_conformance, name="non-conformance"),
    path("<int:pk>/", views.lot, name="lot"),
    path("<int:pk>/row/", views.row, name="row"),
]
