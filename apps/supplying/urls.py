from django.urls import path

from . import views

app_name = "supplying"
urlpatterns = [
    path("answers/", views.answers, name="answers"),
    path("answers/accept/", views.accept_many, name="accept-many"),
    path("answers/<int:pk>/", views.reply, name="answer"),
    path("answers/<int:pk>/accept/", views.accept, name="accept"),
    path("shipping/", views.shipping, name="shipping"),
    path("shipping/announce/", views.announce, name="announce"),
    path("risks/", views.risks, name="risks"),
]
