"""What a firm's first days need."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.accounts.pages import page
from apps.common.rooms import checklist


def first_days() -> dict[str, Any]:
    """The steps, the first that is missing, and how many are done: read from what is there, nothing is ticked."""
    steps = checklist()
    waiting = [step for step in steps if not step.is_done]
    return {"steps": steps, "next": waiting[0] if waiting else None, "done_count": len(steps) - len(waiting)}


@require_GET
@page()
def start(request: HttpRequest) -> HttpResponse:
    return render(request, "joining/start.html", first_days())
