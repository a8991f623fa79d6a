"""What an administrator says of a colleague who is away and cannot say it: who sees their work meanwhile."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from . import selectors, stand_ins
from .forms import AwayForm
from .pages import attempt, page, show_beside
from .people_views import person_context


@require_POST
@page("manage_people")
def away_of(request: HttpRequest, pk: int) -> HttpResponse:
    """A colleague sees the work of this one on some days."""
    member = selectors.colleague(pk)
    context = person_context(member)
    form = AwayForm(request.POST, people=context["people"], name=member.user.name)
    if form.is_valid():
        done, error = attempt(stand_ins.be_away, person_id=member.user_id, **form.told)
        if error is None:
            told = {"name": dict(context["people"])[done.stand_in_id], "of": member.user.name}
            messages.success(request, _("%(name)s sees the work of %(of)s on these days.") % told)
            return redirect("accounts:person", pk)
        show_beside(form, error)
    return render(request, "accounts/person.html", context | {"away_form": form}, status=422)


@require_POST
@page("manage_people")
def end_of(request: HttpRequest, pk: int, stand_in_pk: int) -> HttpResponse:
    """They are back, or do not go."""
    member = selectors.colleague(pk)
    stand_ins.end_stand_in(stand_in_id=stand_in_pk)
    messages.success(request, _("The work of %(name)s is theirs alone again.") % {"name": member.user.name})
    return redirect("accounts:person", pk)
