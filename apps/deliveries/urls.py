from django.urls import path

from . import calendar_views, views

app_name = "deliveries"
urlpatterns = [
    path("", views.shipment_list, name="list"),
    path("new/", views.new, name="new"),
    path("scan/", views.scan, name="scan"),
    path("<int:pk>/", views.shipment, name="shipment"),
    path("<int:pk>/row/", views.row, name="row"),
    path("<int:pk>/receive/", views.receive, name="receive"),
    path("<int:pk>/depart/", views.depart, name="depart"),
    path("<int:pk>/arrive/", views.arrive, name="arrive"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("due.ics", calendar_views.due_calendar, name="due"),
    path("calendar/", calendar_views.my_calendar, name="calendar"),
    path("calendar/withdraw/", calendar_views.withdraw, name="withdraw-calendar"),
    path("calendar/<str:secret>.ics", calendar_views.feed, name="calendar-feed"),
    path("<int:pk>/note.pdf", views.note_pdf, name="note"),
    path("<int:pk>/labels.pdf", views.labels_pdf, name="labels"),
    path("<int:pk>/statement.pdf", views.statement_pdf, name="statement"),
    path("<int:pk>/receipt.pdf", views.receipt_pdf, name="receipt"),
]
