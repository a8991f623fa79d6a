from django.urls import path

from . import cover_views, customer_views, forecast_pages, views

app_name = "tower"
urlpatterns = [
    path("outlook/", views.outlook, name="outlook"),
    path("parts/<int:pk>/", views.part, name="part"),
    path("needs/<int:pk>/<int:site>/", views.need, name="need"),
    path("needs/<int:pk>/<int:site>/safety/", views.safety, name="safety"),
    path("needs/<int:pk>/<int:site>/forecast/", forecast_pages.accept, name="accept"),
    path("forecasts/", forecast_pages.forecasts, name="forecasts"),
    path("customers/", customer_views.customers, name="customers"),
    path("customers/covers/", cover_views.offer, name="offer-cover"),
    path("customers/covers/<int:pk>/agree/", cover_views.agree, name="agree-cover"),
    path("customers/covers/<int:pk>/end/", cover_views.end, name="end-cover"),
    path("customers/<int:pk>/<int:site>/", customer_views.customer, name="customer"),
    path("proposals/", views.proposals, name="proposals"),
    path("scorecards/", views.scorecards, name="scorecards"),
    path("scorecards/<int:pk>/", views.relation, name="relation"),
    path("scorecards/<int:pk>/paper.pdf", views.relation_pdf, name="paper"),
    path("scorecards/<int:pk>/answers/", views.answers, name="answers"),
    path("scorecards/<int:pk>/lines/", views.lines, name="lines"),
]
