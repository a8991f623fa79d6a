"""The people of the firm: who works for it, who is invited, and what an administrator does about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.tenancy.roles import Role
from apps.ui.answers import answer

from . import invitations, memberships, selectors, stand_ins
from .forms import AwayForm, InvitationForm, MemberForm
from .lists import InvitationList, PeopleList
from .pages import attempt, page, show_beside


@require_http_methods(["GET", "POST"])
@page("manage_people")
def people(request: HttpRequest) -> HttpResponseBase:
    """Who works here and who is invited; the form invites. Its answer is the same whatever is known of an address."""
    offered = selectors.offered_roles()
    form = InvitationForm(request.POST or None, offered=offered, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        invited, error = attempt(invitations.invite, **form.cleaned_data)
        if error is None:
            messages.success(request, _("An invitation goes to %(email)s.") % {"email": invited.email})
            return redirect("accounts:people")
        show_beside(form, error)
    context = {"invitations": InvitationList({}), "form": form}
    status = 422 if request.method == "POST" else 200
    return answer(request, PeopleList(request.GET), "accounts/people.html", status=status, **context)


@require_GET
@page("manage_people")
def invited(request: HttpRequest) -> HttpResponseBase:
    """The open invitations alone, to be sorted, narrowed and taken as a file."""
    return answer(request, InvitationList(request.GET))


@require_http_methods(["GET", "POST"])
@page("manage_people")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's job title, roles and place in the firm, and what happened to them."""
    member = selectors.colleague(pk)
    context = person_context(member, request.POST or None)
    form = context["form"]
    if request.method == "POST" and form.is_valid():
        _changed, error = attempt(memberships.change_member, membership_id=pk, **form.cleaned_data)
        if error is None:
            messages.success(request, _("The changes to %(name)s have been saved.") % {"name": member.user.name})
            return _back(request, member, stays=Role.TENANT_ADMIN in form.cleaned_data["roles"])
        show_beside(form, error)
    return render(request, "accounts/person.html", context, status=422 if request.method == "POST" else 200)


def person_context(member, data=None) -> dict[str, Any]:
    """What the page of a person shows.

    Args:
        data: what was typed into the form of title and roles; the form of days stands as before anybody typed.
    """
    held = selectors.roles_by_user().get(member.user_id, [])
    offered = sorted({*selectors.offered_roles(), *held}, key=Role.values.index)
    people = [(colleague.pk, colleague.name) for colleague in stand_ins.possible_stand_ins(of=member.user_id)]
    return {
        "member": member,
        "form": MemberForm(data, offered=offered, initial={"roles": held, "title": member.title}),
        "away_form": AwayForm(None, people=people, name=member.user.name),
        "away_rows": stand_ins.stand_ins_of(member.user_id),
        "people": people,
        "history": selectors.history_of_member(member),
    }


def _back(request: HttpRequest, member, *, stays) -> HttpResponse:
    """To the list; whoever gave up the own place in it is not shown a closed door."""
    return redirect("accounts:people" if stays or member.user_id != request.user.pk else "web:today")


def _button(service, argument, name_of, text, after=None) -> Callable[..., HttpResponseBase]:
    """A view for a button of the list: one service, then the list again, or where `after` leads."""

    @require_POST
    @page("manage_people")
    def run(request: HttpRequest, pk: int) -> HttpResponse:
        done, error = attempt(service, **{argument: pk})
        if error is None:
            messages.success(request, text % {"name": name_of(done)})
            return after(request, done) if after else redirect("accounts:people")
        if error.status == 404:
            raise error
        messages.error(request, error.words)
        return redirect("accounts:people")

    return run


def _of_member(service, text, *, stays) -> Callable[..., HttpResponseBase]:
    def after(request: HttpRequest, member) -> HttpResponse:
        return _back(request, member, stays=stays)

    return _button(service, "membership_id", lambda member: member.user.name, text, after)


def _of_invitation(service, text) -> Callable[..., HttpResponseBase]:
    return _button(service, "invitation_id", lambda invitation: invitation.email, text)


lock = _of_member(memberships.lock_member, gettext_lazy("%(name)s is locked out."), stays=False)
unlock = _of_member(memberships.unlock_member, gettext_lazy("%(name)s may come in again."), stays=True)


def _after_the_end(request: HttpRequest, member) -> HttpResponse:
    if member.passed_on and member.user_id != request.user.pk:
        names = {"names": ", ".join(member.passed_on)}
        messages.info(
            request, _("Shared tablets that they registered are yours now: %(names)s. End those that go too.") % names
        )
    return _back(request, member, stays=False)


end = _button(
    memberships.end_membership,
    "membership_id",
    lambda member: member.user.name,
    gettext_lazy("%(name)s no longer works for your firm here."),
    _after_the_end,
)
resend = _of_invitation(invitations.resend, gettext_lazy("An invitation goes to %(name)s."))
revoke = _of_invitation(invitations.revoke, gettext_lazy("The invitation to %(name)s has been revoked."))
