"""The inbox: what this person should look at, newest first."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.pages import page
from apps.common.errors import NotFound
from apps.ui.answers import answer

from . import selectors, services
from .lists import InboxList


@require_GET
@page()
def inbox(request: HttpRequest) -> HttpResponseBase:
    return answer(request, InboxList(request.GET), "events/inbox.html")


@require_POST
@page()
def read_all(request: HttpRequest) -> HttpResponse:
    services.mark_read()
    return redirect("events:inbox")


@require_POST
@page()
def open_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read and go to the subject."""
    notification = selectors.notifications().filter(pk=pk).first()
    if notification is None:
        raise NotFound(place="notification", value=pk)
    services.mark_read(notification_id=pk)
    entry = selectors.inbox_entry(notification)
    return redirect(reverse(entry.kind.url_name, args=[entry.subject_id]) if entry.kind.url_name else "events:inbox")
