from django.urls import path

from . import part_views, views

app_name = "masterdata"
urlpatterns = [
    path("", views.parts, name="parts"),
    path("own/", part_views.own_parts, name="own-parts"),
    path("own/<int:pk>/", part_views.own_part, name="own-part"),
    path("own/<int:pk>/agree/", part_views.agree, name="agree-part"),
    path("own/<int:pk>/end/", part_views.end_own, name="end-own-part"),
    path("own/<int:pk>/resume/", part_views.resume_own, name="resume-own-part"),
    path("<int:pk>/", part_views.part, name="part"),
    path("<int:pk>/end/", part_views.end, name="end-part"),
    path("<int:pk>/resume/", part_views.resume, name="resume-part"),
    path("<int:pk>/prices/", part_views.prices, name="prices"),
    path("<int:pk>/prices/<int:price_pk>/withdraw/", part_views.withdraw, name="withdraw-price"),
]
