from django.urls import path

from . import code_views as codes
from . import relation_views as relations
from . import request_views as requests
from . import site_views as sites

app_name = "partners"
urlpatterns = [
    path("", requests.relations, name="relations"),
    path("new/", requests.new, name="new-request"),
    path("codes/", codes.vendor_codes, name="codes"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<int:pk>/", requests.request, name="request"),
    path("requests/<int:pk>/decline/", requests.decline, name="decline-request"),
    path("requests/<int:pk>/withdraw/", requests.withdraw, name="withdraw-request"),
    path("<int:pk>/", relations.relation, name="relation"),
    path("<int:pk>/terms/", relations.propose, name="propose-terms"),
    path("<int:pk>/terms/<int:proposal_pk>/accept/", relations.accept, name="accept-terms"),
    path("<int:pk>/terms/<int:proposal_pk>/decline/", relations.decline, name="decline-terms"),
    path("<int:pk>/terms/<int:proposal_pk>/withdraw/", relations.withdraw, name="withdraw-terms"),
    path("<int:pk>/contacts/", relations.add_contact, name="add-contact"),
    path("<int:pk>/contacts/<int:contact_pk>/remove/", relations.remove_contact, name="remove-contact"),
    path("<int:pk>/suspend/", relations.suspend, name="suspend-relation"),
    path("<int:pk>/resume/", relations.resume, name="resume-relation"),
    path("<int:pk>/end/", relations.end, name="end-relation"),
    path("sites/", sites.sites, name="sites"),
    path("sites/<int:pk>/", sites.site, name="site"),
    path("sites/<int:pk>/close/", sites.close, name="close-site"),
    path("sites/<int:pk>/reopen/", sites.reopen, name="reopen-site"),
]
