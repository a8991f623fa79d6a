"""Error answers: problem details under /api/, a page for people, a fragment for htmx."""

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from apps.common.errors import DomainError
from apps.common.problems import CONTENT_TYPE, problem_json


def answer(request, status: int, title: str, detail: str, remedy: str, code: str) -> HttpResponseBase:
    if request.path.startswith("/api/"):
        return problem_json(status, code, detail)
    context = {"status": status, "title": title, "detail": detail, "remedy": remedy}
    template = "web/_problem.html" if getattr(request, "htmx", False) else "web/error.html"
    return render(request, template, context, status=status)


def bad_request(request, exception=None):
    return answer(
        request, 400, _("Not understood"), _("The request is malformed."), _("Go back and try again."), "bad_request"
    )


def forbidden(request, exception=None):
    text = _("Your role in this firm does not include this page.")
    return answer(request, 403, _("No access"), text, _("Ask the administrator of your firm for the role."), "forbidden")


def not_found(request, exception=None):
    text = _("There is no such page, or it belongs to another firm.")
    return answer(request, 404, _("Not found"), text, _("Check the address, or use the search box."), "not_found")


def server_error(request):
    """Without the template's context: whatever failed may fail again."""
    if request.path.startswith("/api/"):
        return problem_json(500, "server_error", "Something failed on our side; nothing was saved.")
    return HttpResponse("<h1>500</h1><p>Something failed on our side; nothing was saved. Please try again.</p>", status=500)


def csrf_failure(request, reason=""):
    text = _("This form is too old, or it was sent from another place.")
    return answer(request, 403, _("Form expired"), text, _("Reload the page and send it again."), "csrf_failed")


def domain_error(request, error: DomainError) -> HttpResponseBase:
    """A broken rule on a page; 422 with what to do. Forms catch theirs and show it beside the field."""
    if request.path.startswith("/api/"):
        return JsonResponse(error.problem(), status=error.status, content_type=CONTENT_TYPE)
    return answer(request, error.status, str(error.title), str(error.message), str(error.remedy), error.code)
