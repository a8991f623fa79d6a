"""The page on which a supplier offers something else than the buyer asks for on confirmed lines."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.pages import page
from apps.tenancy.checks import require_side
from apps.tenancy.roles import Side

from . import forms, selectors, services
from .counter_forms import counter_rows
from .days_off import days_off
from .views import asked_days, order_context, send_rows


@require_http_methods(["GET", "POST"])
@page("answer_change")
def counter(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer other days, quantities or portions than the buyer asks for; what stands is kept until it says yes."""
    found = selectors.order_with_lines(pk)
    require_side(found, Side.SUPPLIER)
    rows = counter_rows(found, request.POST if request.method == "POST" else None)
    error, comment = None, request.POST.get("comment", "")[:500]
    if request.method == "POST":
        changed = [row for row in rows if not row.is_countered]
        error = send_rows(
            services.counter_changes,
            changed,
            lambda readable: {"answers": [forms.answer_of(row, parts) for row, parts in readable]},
            order_id=pk,
            is_confirmed=request.POST.get("confirmed") == "on",
            nothing=_("Change a quantity or a day, or go back and accept what is asked for."),
        )
        if error is None and not any(row.errors for row in changed):
            messages.success(request, _("Your counter-proposal on %(number)s has been sent.") % {"number": found.number})
            for off in days_off(found, asked_days(changed)):
                messages.warning(request, off)
            return redirect("orders:order", pk)
    context = order_context(found, Side.SUPPLIER) | {"counter_rows": rows, "error": error, "comment": comment}
    context["can_be_confirmed"] = forms.can_be_confirmed(rows)
    return render(request, "orders/counter.html", context, status=422 if request.method == "POST" else 200)
