from django.urls import path

from . import views

urlpatterns = [
    path("to-answer/", views.ToAnswerView.as_view(), name="api-to-answer"),
    path("to-answer/accept/", views.AcceptAskedView.as_view(), name="api-accept-asked"),
    path("to-answer/reply/", views.ReplyView.as_view(), name="api-reply"),
    path("to-ship/", views.ToShipView.as_view(), name="api-to-ship"),
    path("to-ship/announce/", views.AnnounceView.as_view(), name="api-announce-lines"),
    path("at-risk/", views.AtRiskView.as_view(), name="api-at-risk"),
]
