from django.urls import path

from . import views

app_name = "exchange"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("kinds/<slug:name>/", views.standing, name="standing"),
    path("kinds/<slug:name>/example/", views.template, name="example"),
    path("words/", views.remembered, name="remembered"),
    path("words/<int:pk>/forget/", views.forget, name="forget"),
    path("<int:pk>/", views.one, name="import"),
    path("<int:pk>/columns/", views.columns, name="columns"),
    path("<int:pk>/table/", views.table, name="table"),
    path("<int:pk>/words/", views.words, name="words"),
    path("<int:pk>/mend/", views.mend, name="mend"),
    path("<int:pk>/make/", views.make, name="make"),
    path("<int:pk>/rows/", views.rows, name="rows"),
    path("<int:pk>/check/", views.check, name="check"),
    path("<int:pk>/load/", views.load, name="load"),
    path("<int:pk>/undo/", views.undo, name="undo"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/file/", views.file, name="file"),
]
