from django.urls import path

from . import views

app_name = "kept"
urlpatterns = [
    path("<slug:name>/views/", views.save_view, name="save-view"),
    path("<slug:name>/bulk/", views.bulk, name="bulk"),
    path("views/<int:pk>/delete/", views.delete_view, name="delete-view"),
    path("results/<int:pk>/", views.result, name="result"),
    path("files/<int:pk>/", views.file, name="file"),
    path("files/<int:pk>/content/", views.file_content, name="file-content"),
]
