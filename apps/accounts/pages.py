"""Pages: signed in, acting for a firm, holding the act."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.common.errors import DomainError
from apps.tenancy.checks import require_act
from apps.tenancy.history import Change

from .exceptions import NoOrganization
from .idempotency import claim_form
from .selectors import names_of

View = Callable[..., HttpResponseBase]


def page(act: str | None = None) -> Callable[[View], View]:
    """A view for people; `act` is what their role must include."""

    def decorate(view: View) -> View:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if request.door is None or request.door.organization_id is None:  # type: ignore[attr-defined]
                raise NoOrganization
            if act is not None:
                require_act(act)
            claim_form(request)
            return view(request, *args, **kwargs)

        run.act = act  # type: ignore[attr-defined]
        return run

    return decorate


def log_of(changes: Sequence[Change], partner: Any, look: Callable[[Change], Any]) -> list[dict[str, Any]]:
    """A row's history for `web/_log.html`: colleagues by name, the other firm by its own; one query."""
    people = names_of({change.user_id for change in changes if change.user_id})
    return [{"change": c, "look": look(c), "who": people.get(c.user_id) or partner.name} for c in changes]


def log_with_deeds(log: list[dict[str, Any]], deeds: Sequence[dict[str, Any]], partner: Any) -> list[dict[str, Any]]:
    """The entries of a log with what each act changed: rows written in one transaction bear one time.

    An act that moved no state has an entry of its own.
    """
    entries = list(log)
    by_time = {entry["change"].at: entry for entry in reversed(log)}  # the newest of one time tells the deeds
    for deed in deeds:
        if deed["at"] not in by_time:
            change = Change(deed["at"], {}, deed["user_id"], None, ())
            by_time[deed["at"]] = {"change": change, "look": (_("Changed"), "pencil", "mute"), "who": ""}
            entries.append(by_time[deed["at"]])
        by_time[deed["at"]].setdefault("deeds", []).append(deed)
    nameless = [entry for entry in entries if not entry["who"]]
    people = names_of({entry["change"].user_id for entry in nameless if entry["change"].user_id}) if nameless else {}
    for entry in nameless:
        entry["who"] = people.get(entry["change"].user_id) or partner.name
    return sorted(entries, key=lambda entry: entry["change"].at, reverse=True)


def attempt(service: Callable[..., Any], **arguments: Any) -> tuple[Any, DomainError | None]:
    """Call a service inside a savepoint, so that a page can show its refusal and go on reading.

    Returns:
        The service's result and None, or None and the broken rule.
    """
    try:
        with transaction.atomic():
            return service(**arguments), None
    except DomainError as error:
        return None, error


def act_view(act: str, service: Callable[..., Any], text: Any, *, argument: str, page_name: str, of: str = "pk") -> View:
    """A view for a button: calls one service, says what came of it and goes back to the page of the address's `pk`.

    Args:
        text: what to say on success; `%(number)s` is the number of what the service returns.
        argument: the service's name for the id; `of` is the address's name for it.
    """

    @require_POST
    @page(act)
    def run(request: HttpRequest, pk: int, **others: Any) -> HttpResponseBase:
        done, error = attempt(service, **{argument: others.get(of, pk)})
        if error is None:
            messages.success(request, text % {"number": done.number})
        elif error.status == 404:
            raise error
        else:
            messages.error(request, f"{error.message} {error.remedy}")
        return redirect(page_name, pk)

    return run
