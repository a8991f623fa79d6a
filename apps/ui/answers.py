"""What the page of a list answers: itself, a part of it, or a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from .files import file_answer
from .listing import Listing
from .rows import row_html
from .selectors import saved_views
from .services import ask_for_file


def answer(
    request: HttpRequest, asked: Listing, template: str = "ui/list.html", *, status: int = 200, **context: Any
) -> HttpResponseBase:
    """The answer to a request for a list.

    Args:
        template: extends "ui/list.html"; the parts of the list are the kit's own.
        context: what the template asks for beside `list`.
    """
    if kind := request.GET.get("file"):
        found = file_answer(asked, kind)
        if found is None:
            return redirect("kept:file", ask_for_file(listing=asked.name, query=asked.kept_query).pk)
        return found
    part = request.GET.get("show")
    if part == "filters" and asked.filters is not None:
        return render(request, "ui/_filters.html", {"list": asked, "form": asked.tools.filter_form()})
    if part == "views":
        return render(request, "ui/_views.html", {"list": asked, "views": saved_views(asked.name)})
    if part in ("display", "files", "sums"):
        return render(request, f"ui/_{part}.html", {"list": asked})
    return render(request, "ui/_list.html" if part == "table" else template, {"list": asked, **context}, status=status)


def row_answer(request: HttpRequest, kind: type[Listing], found: Any, **fixed: str) -> HttpResponseBase:
    """One row of a list, fetched again after a signal; `fixed` is what the row itself says of the list, as its side."""
    address = request.GET.copy()
    for name, value in fixed.items():
        address[name] = value
    asked = kind(address)
    return HttpResponse(row_html(asked, asked.prepare([found])[0]))
