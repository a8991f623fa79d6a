"""What the page of a list answers: itself, a part of it, or a file."""

import json
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.common.errors import DomainError

from .bulk import MOST_TOGETHER
from .files import file_answer
from .listing import Listing
from .rows import row_html, row_sent
from .selectors import saved_views
from .services import ask_for_file
from .texts import quantity


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
    if part == "matching":
        return render(request, "ui/_matching.html", {"list": asked, **_matching(asked)})
    if part in ("display", "files", "sums"):
        return render(request, f"ui/_{part}.html", {"list": asked})
    return render(request, "ui/_list.html" if part == "table" else template, {"list": asked, **context}, status=status)


def _matching(asked: Listing) -> dict[str, Any]:
    """All rows that the list is asked for, as a form names them, and how many of them each act fits."""
    rows = asked.matching()
    if len(rows) > MOST_TOGETHER:
        return {"is_too_many": True, "most": quantity(MOST_TOGETHER)}
    fitting = {act.name: sum(act.fits(row) for row in rows) for act in asked.acts if len(rows) <= act.most}
    return {"n": len(rows), "rows": ",".join(row_sent(asked, row) for row in rows), "fitting": json.dumps(fitting)}


def back(
    request: HttpRequest, to: str, error: DomainError | None, said: str, *, without: Collection[str] = ()
) -> HttpResponse:
    """To a list as it stood, with what came of an act on one of its rows.

    Args:
        to: the list's page.
        without: parameters of the act, which are none of the list's.
    """
    if error is None:
        messages.success(request, said)
    else:
        messages.error(request, error.words)
    asked = request.GET.copy()
    for name in without:
        asked.pop(name, None)
    return redirect(f"{reverse(to)}?{asked.urlencode()}")


def row_answer(request: HttpRequest, kind: type[Listing], found: Any, **fixed: str) -> HttpResponseBase:
    """One row of a list, fetched again after a signal; `fixed` is what the row itself says of the list, as its side."""
    address = request.GET.copy()
    for name, value in fixed.items():
        address[name] = value
    asked = kind(address)
    return HttpResponse(row_html(asked, asked.prepare([found])[0]))
