"""A share as news name it: written by the firm that acts, put into words for whoever reads it, in the reader's language."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.tenancy.models import Grant

from .kinds import short, told_besides

MARK = "|"
OURS, THEIRS = "ours", "theirs"  # of who reads it


def label_of(grant: Grant, actor: Any) -> str:
    """The firm that acts, and of which share: whose it is to the other one, what, how precisely, of which part."""
    whose = THEIRS if grant.organization_id == actor.pk else OURS
    part = grant.partner_part.buyer_number.replace(MARK, " ")[:30] if grant.partner_part else ""
    return MARK.join([actor.legal_name.replace(MARK, " ")[:60], whose, grant.kind, grant.precision[:8], part])


def words_of(label: str) -> dict[str, str]:
    """For an event's text: {label} is the firm, {share} the share; of news from before shares were named only the firm."""
    firm, *told = label.split(MARK)
    if len(told) != 4:
        return {"label": label, "share": _("data")}
    whose, kind, precision, part = told
    said = _said(kind, precision, part)
    words = _("what your firm shows them: %(share)s") if whose == OURS else _("what they show your firm: %(share)s")
    return {"label": firm, "share": words % {"share": said}}


def _said(kind: str, precision: str, part: str) -> str:
    said = f"{short(kind)}, {Grant.Precision(precision).label}"
    return f"{said}, {part}" if part else said


def still_shared(grant: Grant) -> str:
    """What else the same firm shows the same other one, in words, by other grants and without any; "" where nothing."""
    today = timezone.localdate()
    rows = Grant.objects.filter(organization_id=grant.organization_id, receiver_id=grant.receiver_id, revoked_at=None)
    rows = rows.filter(Q(until=None) | Q(until__gte=today)).exclude(agreed_at=None).exclude(pk=grant.pk)
    found = [
        _said(row.kind, row.precision, row.partner_part.buyer_number if row.partner_part else "")
        for row in rows.select_related("partner_part").order_by("kind", "pk")
    ]
    besides = told_besides(grant.kind)
    if besides and (words := besides(grant)):
        found.append(words)
    return "; ".join(dict.fromkeys(found))
