"""What a firm takes along: asked for, waited for, downloaded."""

from collections.abc import AsyncIterator
from typing import IO

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.pages import attempt, page
from apps.common.errors import NotFound
from apps.ui.files import attached

from . import exporting
from .models import FirmExport

PIECE = 2**20


class FileStream(StreamingHttpResponse):
    """Bytes of a file: no table is read for them, so no scope is needed once it has begun."""

    opens_scope = True


@require_http_methods(["GET", "POST"])
@page("leave_clusters")
def exports(request: HttpRequest) -> HttpResponse:
    """The files of the firm that are kept; a form asks for another."""
    if request.method == "POST":
        _made, error = attempt(exporting.ask)
        if error is None:
            messages.success(request, _("The file is being written. You may leave this page."))
        else:
            messages.error(request, error.words)
        return redirect("leaving:exports")
    return render(request, "leaving/exports.html", {"exports": list(exporting.exports()), "days": exporting.KEPT_FOR.days})


@require_GET
@page("leave_clusters")
def state(request: HttpRequest, export: int) -> HttpResponse:
    """How far one file is; the fragment asks again by itself until it is ready."""
    return render(request, "leaving/_export.html", {"export": _found(export)})


@require_GET
@page("leave_clusters")
def content(request: HttpRequest, export: int) -> HttpResponseBase:
    found = _found(export)
    if found.state != FirmExport.State.DONE or not default_storage.exists(found.place):
        raise NotFound(place="export", value=export, remedy=_("Ask for the file again."))
    answer = FileStream(_pieces(default_storage.open(found.place)), content_type="application/zip")
    answer.headers["Content-Length"] = str(found.byte_count)
    return attached(answer, found.file_name)


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    try:
        while piece := await sync_to_async(file.read)(PIECE):
            yield piece
    finally:
        file.close()


def _found(export: int) -> FirmExport:
    found = exporting.exports().filter(pk=export).first()
    if found is None:
        raise NotFound(place="export", value=export)
    return found
