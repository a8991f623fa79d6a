from django.urls import path

from . import views

app_name = "leaving"
urlpatterns = [
    path("clusters/<int:pk>/leave/", views.leave, name="leave"),
    path("clusters/<int:pk>/leave/export/", views.export, name="export"),
    path("clusters/<int:pk>/firms/", views.firms, name="firms"),
    path("clusters/<int:pk>/firms/<int:firm>/", views.firm, name="firm"),
]
