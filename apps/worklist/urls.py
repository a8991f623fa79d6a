from django.urls import path

from . import ask_views, views

app_name = "work"
urlpatterns = [
    path("lines/", views.lines, name="lines"),
    path("offers/", views.offer_list, name="offers"),
    path("offers/within/", views.accept_within, name="accept-within"),
    path("offers/together/", views.joint_effect, name="together"),
    path("ask/", ask_views.ask, name="ask"),
    path("ask/effects/", ask_views.effects, name="effects"),
    path("<int:pk>/accept/", views.accept, name="accept"),
    path("<int:pk>/decline/", views.decline, name="decline"),
    path("<int:pk>/remind/", views.remind, name="remind"),
    path("<int:pk>/revise/", views.revise, name="revise"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/again/", views.again, name="again"),
    path("<int:pk>/send/", views.send, name="send"),
]
