from django.urls import path

from . import proposal_views, views

urlpatterns = [
    path("outlooks/", views.OutlookView.as_view(), name="api-outlooks"),
    path("needs/", views.NeedView.as_view(), name="api-needs"),
    path("proposals/", proposal_views.ProposalView.as_view(), name="api-proposals"),
    path("forecasts/", views.ForecastView.as_view(), name="api-forecasts"),
    path("scores/", views.ScoreView.as_view(), name="api-scores"),
    path("scores/lines/", views.ScoredLinesView.as_view(), name="api-scored-lines"),
]
