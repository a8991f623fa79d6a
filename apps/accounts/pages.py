"""Pages: signed in, acting for a firm, holding the act."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.common.errors import DomainError
from apps.tenancy.checks import require_act
from apps.tenancy.deeds import Told
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


def log_of(
    changes: Sequence[Change],
    partner: Any,
    look: Callable[[Change], Any],
    deeds: Sequence[Told] = (),
    done: Mapping[Any, tuple[str, str, str]] | None = None,
) -> list[dict[str, Any]]:
    """A document's history for `web/_log.html`, newest first: one entry an act, with what it changed; one query.

    Rows written in one transaction bear one time. Colleagues are named, the other side is by its firm. An act that moved no
    state has an entry of its own.

    Args:
        done: by the moment of an act the look of what it did, where that says more than the state that it left.
    """
    people = names_of({pk for found in (changes, deeds) for item in found if (pk := item.user_id)})
    acts: dict[Any, dict[str, Any]] = {}
    for change in reversed(changes):
        label, icon, tone = look(change)
        before = acts.get(change.at)
        if before and str(label) not in before["look"][0].split(" → "):
            label = f"{before['look'][0]} → {label}"
        elif before:
            label = before["look"][0]
        acts[change.at] = {"change": change, "look": (str(label), icon, tone)}
    for deed in deeds:
        change = Change(deed.at, {}, deed.user_id, None, ())
        acts.setdefault(deed.at, {"change": change, "look": (_("Changed"), "pencil", "mute")})
    for at, act in acts.items():
        act["look"] = (done or {}).get(at, act["look"])
        user_id = act["change"].user_id
        act["who"] = people.get(user_id, partner.name) if user_id else "—"  # a job's act is nobody's
        act["deeds"] = _told_once([deed for deed in deeds if deed.at == at])
    return sorted(acts.values(), key=lambda act: act["change"].at, reverse=True)


def _told_once(deeds: Sequence[Told]) -> list[dict[str, Any]]:
    """What an act did to several lines alike is told once, with their positions."""
    found: dict[tuple[str, str | None, str], list[int]] = {}
    for deed in deeds:
        lines = found.setdefault((str(deed.label), deed.old, deed.new), [])
        if deed.line is not None and deed.line not in lines:
            lines.append(deed.line)
    return [
        {"lines": ", ".join(map(str, sorted(lines))), "label": label, "old": old, "new": new}
        for (label, old, new), lines in found.items()
    ]


def attempt(service: Callable[..., Any], **arguments: Any) -> tuple[Any, DomainError | None]:
    """Call a service inside a savepoint, so that a page can show its refusal and go on reading.

    Where what was typed may be refused before the service is called, it is read inside too: `attempt(lambda: ...)`.

    Returns:
        The service's result and None, or None and the broken rule.
    """
    try:
        with transaction.atomic():
            return service(**arguments), None
    except DomainError as error:
        return None, error


def show_beside(form: BaseForm, error: DomainError) -> None:
    """A refusal stands at the field it names, else above the form."""
    place = error.place.rpartition(".")[2]
    form.add_error(place if place in form.fields else None, error.words)


def rehearse(service: Callable[..., Any], **arguments: Any) -> DomainError | None:
    """What a service would refuse; whatever it did is undone. Tells a page all that is wrong beside what it cannot read."""
    try:
        with transaction.atomic():
            service(**arguments)
            transaction.set_rollback(True)
    except DomainError as error:
        return error
    return None


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
            messages.error(request, error.words)
        return redirect(page_name, pk)

    return run
