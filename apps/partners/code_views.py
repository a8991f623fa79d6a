"""The page of vendor codes: the firm's own of its suppliers, and those that its customers gave it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from apps.accounts.pages import attempt, page
from apps.tenancy.checks import require_act
from apps.tenancy.scope import require_scope

from . import codes
from .forms import CODE


class CodesForm(forms.Form):
    """A field for each supplier."""

    def __init__(self, *args: object, rows: list[object], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for row in rows:
            label = _("Vendor code of %(firm)s") % {"firm": row.supplier.name}  # type: ignore[attr-defined]
            self.fields[f"code-{row.pk}"] = forms.CharField(  # type: ignore[attr-defined]
                label=label,
                max_length=30,
                validators=[CODE],
                initial=row.vendor_code,  # type: ignore[attr-defined]
            )


@require_http_methods(["GET", "POST"])
@page("view_partners")
def vendor_codes(request: HttpRequest) -> HttpResponse:
    """Who may change relations types the codes; all of them are kept, or none."""
    rows = list(codes.as_buyer())
    form = CodesForm(request.POST or None, rows=rows)  # type: ignore[arg-type]
    if request.method == "POST":
        require_act("manage_relations")
        if form.is_valid():
            given = {int(name.removeprefix("code-")): value for name, value in form.cleaned_data.items()}
            count, error = attempt(codes.set_codes, codes=given)
            if error is None:
                told = ngettext("%(n)s code is changed.", "%(n)s codes are changed.", count or 0) % {"n": count}
                messages.success(request, told)
                return redirect("partners:codes")
            for one in (error, *error.others):
                form.add_error(f"code-{one.place.removeprefix('codes[').removesuffix(']')}", one.words)
    context = {
        "rows": [(row, form[f"code-{row.pk}"]) for row in rows],
        "given": list(codes.as_supplier()),
        "may_change": "manage_relations" in require_scope().acts,
    }
    return render(request, "partners/codes.html", context, status=422 if request.method == "POST" else 200)
