from django.urls import path

from . import note_views, settlement_views, views

app_name = "consigned"
urlpatterns = [
    path("", views.stock, name="stock"),
    path("movements/", views.movements, name="movements"),
    path("parts/", views.parts, name="parts"),
    path("parts/<int:pk>/", views.part, name="part"),
    path("parts/<int:pk>/terms/", views.terms, name="terms"),
    path("parts/<int:pk>/end/", views.end, name="end"),
    path("parts/<int:pk>/use/", views.use, name="use"),
    path("parts/<int:pk>/lose/", views.lose, name="lose"),
    path("notes/", note_views.notes, name="notes"),
    path("notes/new/", note_views.new, name="new-note"),
    path("notes/<int:pk>/", note_views.note, name="note"),
    path("notes/<int:pk>/note.pdf", note_views.note_pdf, name="note-pdf"),
    path("notes/<int:pk>/row/", note_views.row, name="note-row"),
    path("notes/<int:pk>/receive/", note_views.receive, name="receive"),
    path("notes/<int:pk>/cancel/", note_views.cancel, name="cancel"),
    path("settlements/", settlement_views.settlements, name="settlements"),
    path("settlements/<int:pk>/", settlement_views.settlement, name="settlement"),
    path("settlements/<int:pk>/row/", settlement_views.row, name="settlement-row"),
    path("settlements/<int:pk>/accept/", settlement_views.accept, name="accept"),
    path("settlements/<int:pk>/dispute/", settlement_views.dispute, name="dispute"),
]
