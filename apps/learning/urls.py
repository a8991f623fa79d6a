from django.urls import path

from . import trial_views, views

app_name = "learning"
urlpatterns = [
    path("", views.home, name="home"),
    path("runs/", views.runs, name="runs"),
    path("runs/compare/", views.compare, name="compare"),
    path("models/", views.models, name="models"),
    path("federations/", views.federations, name="federations"),
    path("federations/new/", views.new_federation, name="new-federation"),
    path("federations/<int:pk>/", views.federation, name="federation"),
    path("federations/<int:pk>/invite/", views.invite, name="invite"),
    path("federations/<int:pk>/programmes/", views.new_programme, name="new-programme"),
    path("sites/<int:pk>/token/", views.token, name="token"),
    path("sites/<int:pk>/suspend/", views.suspend, name="suspend"),
    path("sites/<int:pk>/readmit/", views.readmit, name="readmit"),
    path("programmes/<int:pk>/contract/", views.new_contract, name="new-contract"),
    path("programmes/<int:pk>/trials/", trial_views.trials, name="trials"),
    path("trials/<int:pk>/withdraw/", trial_views.withdraw, name="withdraw-trial"),
    path("try/<str:secret>/", trial_views.invited, name="try"),
    path("try/<str:secret>/bundle/", trial_views.bundle, name="try-bundle"),
    path("contracts/<int:pk>/", views.contract, name="contract"),
    path("contracts/<int:pk>/approve/", views.approve, name="approve"),
    path("contracts/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("contracts/<int:pk>/take-back/", views.take_back, name="take-back"),
    path("contracts/<int:pk>/start/", views.start, name="start"),
    path("runs/<int:pk>/", views.run, name="run"),
    path("runs/<int:pk>/pause/", views.pause, name="pause"),
    path("runs/<int:pk>/resume/", views.resume, name="resume"),
    path("runs/<int:pk>/stop/", views.stop, name="stop"),
    path("runs/<int:pk>/certificates/<int:site>/", views.certificate, name="certificate"),
    path("models/<int:pk>/", views.model, name="model"),
    path("models/<int:pk>/measure/", views.measure, name="measure"),
    path("models/<int:pk>/retire/", views.retire, name="retire"),
    path("models/<int:pk>/release/", views.release, name="release"),
]
