from django.urls import path

from . import site_views as sites

app_name = "partners"
urlpatterns = [
    path("sites/", sites.sites, name="sites"),
    path("sites/<int:pk>/", sites.site, name="site"),
    path("sites/<int:pk>/close/", sites.close, name="close-site"),
    path("sites/<int:pk>/reopen/", sites.reopen, name="reopen-site"),
]
