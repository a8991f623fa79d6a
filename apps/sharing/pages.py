"""What the pages of rooms that share by grants have in common: what stands, proposing, agreeing and ending it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts.pages import attempt
from apps.common.errors import DomainError
from apps.tenancy.models import Grant
from apps.tenancy.scope import require_scope
from apps.tenancy.selectors import partner_choices

from . import services
from .forms import ProposeForm
from .told import still_shared


def standing(kind: str) -> dict[str, Any]:
    """For `sharing/_grants.html`: the grants of a kind that stand or wait, and who still has to answer; a form for who may
    propose another."""
    scope = require_scope()
    me = scope.organization_id
    rows = Grant.objects.filter(kind=kind, revoked_at=None).select_related("organization", "receiver").order_by("pk")
    found = []
    for row in rows:
        asked = row.receiver_id if row.is_offer else row.organization_id
        found.append({"grant": row, "is_ours": row.organization_id == me, "waits_for_us": not row.agreed_at and asked == me})
    form = ProposeForm(firms=partner_choices()) if "manage_sharing" in scope.acts else None
    by_side = {
        name: [row for row in found if row["is_ours"] is is_ours] for name, is_ours in (("ours", True), ("theirs", False))
    }
    return {"form": form, "is_buying": scope.buys, **by_side}


def propose(request: HttpRequest, kind: str, tell: Callable[[], Any]) -> None:
    """Offer to share with a partner, or ask for theirs; the other side agrees. `tell` writes what an offer will show."""
    form = ProposeForm(request.POST, firms=partner_choices())
    if not form.is_valid():
        messages.error(request, " ".join(str(words) for found in form.errors.values() for words in found))
        return
    data = form.cleaned_data
    is_offer = data["way"] == "offer"
    values = {"firm_id": int(data["firm"]), "is_offer": is_offer, "precision": data["precision"]}
    _done, error = attempt(services.propose_grant, kind=kind, **values)
    if error is None and is_offer:
        tell()
    _say(request, error, _("Proposed. It holds once the other firm agrees."))


def agree(request: HttpRequest, pk: int, tell: Callable[[], Any]) -> None:
    """
    Raises:
        UnknownGrant: not of the scope's firm.
    """
    done, error = attempt(services.agree_to_grant, grant_id=pk)
    if error is None and done.organization_id == require_scope().organization_id:
        tell()
    _say(request, error, _("Agreed."))


def end(request: HttpRequest, pk: int) -> None:
    """
    Raises:
        UnknownGrant: not of the scope's firm.
    """
    done, error = attempt(services.revoke_grant, grant_id=pk)
    _say(request, error, ended_words(done) if done else "")


def ended_words(grant: Grant) -> str:
    """That a grant has ended, and what the same firm still shows the other one by others."""
    words = _("Ended. Nothing more is shared by it.")
    still = still_shared(grant)
    if not still or grant.receiver is None:
        return words
    is_ours = grant.organization_id == require_scope().organization_id
    firm = grant.receiver if is_ours else grant.organization
    told = _("Your firm still shows %(firm)s: %(shares)s.") if is_ours else _("%(firm)s still shows your firm: %(shares)s.")
    return f"{words} {told % {'firm': firm.name, 'shares': still}}"


def _say(request: HttpRequest, error: DomainError | None, words: str) -> None:
    if error is not None and error.status == 404:
        raise error
    if error is None:
        messages.success(request, words)
    else:
        messages.error(request, error.words)
