from django.urls import path

from . import begin_views, cluster_views, firm_views, views

app_name = "joining"
urlpatterns = [
    path("begin/", begin_views.begin, name="begin"),
    path("start/", views.start, name="start"),
    path("start/firm/<str:token>/", firm_views.firm, name="firm"),
    path("clusters/", cluster_views.cluster_list, name="clusters"),
    path("clusters/<int:pk>/", cluster_views.cluster, name="cluster"),
    path("clusters/<int:pk>/invite/", cluster_views.invite, name="invite"),
    path("clusters/<int:pk>/remind/", cluster_views.remind_all, name="remind-all"),
    path("clusters/<int:pk>/invitations/<int:invitation>/remind/", cluster_views.remind, name="remind"),
    path("clusters/<int:pk>/invitations/<int:invitation>/resend/", cluster_views.resend, name="resend"),
    path("clusters/<int:pk>/invitations/<int:invitation>/revoke/", cluster_views.revoke, name="revoke"),
    path("clusters/<int:pk>/texts/", cluster_views.texts, name="texts"),
    path("clusters/<int:pk>/texts/new/", cluster_views.publish, name="publish"),
]
