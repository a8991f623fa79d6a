from django.urls import path

from . import countering_views, paper_views, revising_views, views

app_name = "orders"
urlpatterns = [
    path("", views.order_list, name="list"),
    path("new/", views.new, name="new"),
    path("new/amounts/", revising_views.amounts, name="amounts"),
    path("<int:pk>/", views.order, name="order"),
    path("<int:pk>/row/", views.order_row, name="row"),
    path("<int:pk>/paper.pdf", paper_views.order_pdf, name="paper"),
    path("<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("<int:pk>/publish/", views.publish, name="publish"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/accept/", views.accept, name="accept"),
    path("<int:pk>/decline/", views.decline, name="decline"),
    path("<int:pk>/discard/", views.discard, name="discard"),
    path("<int:pk>/copy/", revising_views.copy, name="copy"),
    path("<int:pk>/again/", revising_views.again, name="again"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/revise/", revising_views.revise, name="revise"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/counter/", countering_views.counter, name="counter"),
    path("<int:pk>/close-short/", views.close_short, name="close-short"),
    path("<int:pk>/changes/<int:change_pk>/accept/", views.accept_change, name="accept-change"),
    path("<int:pk>/changes/<int:change_pk>/reject/", views.reject_change, name="reject-change"),
    path("<int:pk>/changes/<int:change_pk>/withdraw/", views.withdraw_change, name="withdraw-change"),
]
