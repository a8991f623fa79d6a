from django.urls import path
from rest_framework.routers import SimpleRouter

from . import machines, views

router = SimpleRouter()
router.register("federations", views.FederationViewSet, basename="api-federation")
router.register("sites", views.NodeViewSet, basename="api-node")
router.register("contracts", views.ContractViewSet, basename="api-contract")
router.register("runs", views.RunViewSet, basename="api-run")
router.register("models", views.ModelViewSet, basename="api-model")
urlpatterns = [
    path("time/", machines.TimeView.as_view()),
    path("join/", machines.JoinView.as_view(), name="join"),
    path("site/", machines.SiteView.as_view()),
    path("site/consents/", machines.ConsentView.as_view()),
    path("site/withdrawals/", machines.WithdrawalView.as_view()),
    path("site/models/<int:run>/", machines.ModelView.as_view()),
    path("site/lots/", machines.LotsView.as_view(), name="site-lots"),
    path("site/drift/", machines.DriftView.as_view(), name="site-drift"),
    path("site/leave/", machines.LeaveView.as_view()),
    path("trials/", machines.TrialView.as_view(), name="trials"),
    path("runs/<int:pk>/job/", machines.JobView.as_view()),
    path("runs/<int:pk>/rounds/<int:number>/", machines.RoundView.as_view()),
    path("runs/<int:pk>/progress/", machines.ProgressView.as_view()),
    path("runs/<int:pk>/failure/", machines.FailureView.as_view()),
    *router.urls,
]
