"""Firms invited into a cluster, by business number and address: singly or from a list, sent again, reminded, taken back.

As with people (`accounts/invitations.py`) the secret of a link is made where the mail is written and stands nowhere else.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.exceptions import SentJustNow
from apps.common.characters import refuse
from apps.common.errors import DomainError, InvalidValue, raise_all
from apps.common.identifiers import clean_business_number
from apps.common.secret import digest_of
from apps.tenancy.models import Cluster, ClusterMembership, TradingRelation
from apps.tenancy.scope import atomic, require_scope, unscoped

from . import tasks
from .clusters import managed
from .exceptions import (
    EmptyList,
    FirmAlreadyIn,
    FirmAlreadyInvited,
    HasLead,
    InvalidEmail,
    RemindedJustNow,
    TooManyRows,
    TwiceInList,
    UnknownFirmInvitation,
    VendorCodeGiven,
)
from .mail import mail_firm_invitation, mail_reminder
from .models import FirmInvitation
from .selectors import firm_invitations, firm_invitations_closed

MOST = 50
EMAIL_LENGTH = MaxLengthValidator(254)
NAME_LENGTH = FirmInvitation._meta.get_field("firm_name").max_length or 0
CODE_LENGTH = FirmInvitation._meta.get_field("vendor_code").max_length or 0

Kind = ClusterMembership.Kind


@dataclass(frozen=True)
class Asked:
    """One firm of a list. `place` is how refusals call it: a field's name, or rows[3]."""

    number: str
    email: str
    name: str = ""
    vendor_code: str = ""
    place: str = ""

    def at(self, field: str) -> str:
        return f"{self.place}.{field}" if self.place else field


@atomic
def invite_firms(*, cluster_id: int, firms: Sequence[Asked], kind: str = Kind.SUPPLIER, language: str = "ko") -> list[Any]:
    """Invite every firm of the list, or none; mails go out after the commit.

    Args:
        language: of the mails.

    Returns:
        The FirmInvitations.

    Raises:
        NoSuchCluster: the own firm neither leads nor coordinates it.
        EmptyList, TooManyRows: nobody, or more than fifty.
        DomainError: the first broken rule with all others, each named by the firm's place (InvalidBusinessNumber,
            InvalidEmail, TwiceInList, FirmAlreadyIn, FirmAlreadyInvited, VendorCodeGiven, HasLead).
    """
    cluster = managed(cluster_id).cluster
    if not firms:
        raise EmptyList(place="firms")
    if len(firms) > MOST:
        raise TooManyRows(place="firms", value=len(firms))
    scope, now = require_scope(), timezone.now()
    rows, errors = _checked(firms)
    known, waiting = _known(cluster_id, [number for _firm, number in rows])
    seen: set[str] = set()
    for firm, number in rows:
        if number in known:
            errors.append(FirmAlreadyIn(place=firm.at("number"), value=firm.number))
        elif number in waiting:
            errors.append(FirmAlreadyInvited(place=firm.at("number"), value=firm.number))
        elif number in seen:
            errors.append(TwiceInList(place=firm.at("number"), value=firm.number))
        seen.add(number)
    errors += _codes_taken(cluster, rows)
    if kind == Kind.LEAD and not _may_lead(cluster, len(firms)):
        errors.append(HasLead(place="kind", value=kind))
    raise_all(errors)
    invited = [
        FirmInvitation.objects.create(
            cluster_id=cluster_id,
            office_id=scope.organization_id,
            kind=kind,
            business_number=number,
            firm_name=firm.name,
            vendor_code=firm.vendor_code.strip() if kind == Kind.SUPPLIER else "",
            email=firm.email.strip().lower(),
            language=language,
            invited_by_id=scope.user_id,
            asked_at=now,
            expires_at=_end(now),
        )
        for firm, number in rows
    ]
    for invitation in invited:
        _send_after_commit(invitation)
    return invited


def _checked(firms: Iterable[Asked]) -> tuple[list[tuple[Asked, str]], list[DomainError]]:
    rows: list[tuple[Asked, str]] = []
    errors: list[DomainError] = []
    for firm in firms:
        try:
            number = clean_business_number(firm.number)
        except DomainError as error:
            error.place = firm.at("number")
            errors.append(error)
            continue
        try:
            validate_email(firm.email.strip())
            EMAIL_LENGTH(firm.email.strip())
        except ValidationError:
            errors.append(InvalidEmail(place=firm.at("email"), value=firm.email))
            continue
        if fault := refuse(firm.name, "name") or (_("The name is too long.") if len(firm.name) > NAME_LENGTH else ""):
            errors.append(InvalidValue(fault, place=firm.at("name"), value=firm.name[:40]))
            continue
        code = firm.vendor_code.strip()
        if fault := refuse(code, "code") or (_("The vendor code is too long.") if len(code) > CODE_LENGTH else ""):
            errors.append(InvalidValue(fault, place=firm.at("vendor_code"), value=code[:40]))
            continue
        rows.append((firm, number))
    return rows, errors


def _known(cluster_id: int, numbers: list[str]) -> tuple[set[str], set[str]]:
    """Of these numbers, those of members and those with an open invitation."""
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute("SELECT * FROM joining_numbers_in(%s, %s)", [cluster_id, numbers])
        known = {number for (number,) in cursor.fetchall()}
    return known, set(
        firm_invitations(cluster_id).filter(business_number__in=numbers).values_list("business_number", flat=True)
    )


def _codes_taken(cluster: Cluster, rows: Iterable[tuple[Asked, str]]) -> list[DomainError]:
    """Vendor codes that the lead has given already, as far as the own firm sees: the lead itself sees all of them."""
    codes = [firm.vendor_code.strip() for firm, _number in rows if firm.vendor_code.strip()]
    taken = set(
        TradingRelation.objects.filter(buyer_id=cluster.lead_id, vendor_code__in=codes).values_list("vendor_code", flat=True)
    )
    found: list[DomainError] = []
    for firm, _number in rows:
        code = firm.vendor_code.strip()
        if code and code in taken:
            found.append(VendorCodeGiven(place=firm.at("vendor_code"), value=code))
        taken.add(code)
    return found


def _may_lead(cluster: Cluster, count: int) -> bool:
    is_asked = firm_invitations(cluster.pk).filter(kind=Kind.LEAD).exists()
    return cluster.kind == Cluster.Kind.LED and cluster.lead_id is None and count == 1 and not is_asked


@atomic
def resend(*, invitation_id: int) -> FirmInvitation:
    """Mail a new link and end the old one.

    Raises:
        UnknownFirmInvitation: not open, or of a cluster that is not the own firm's to manage.
        SentJustNow: less than a minute ago.
    """
    invitation, now = _held(invitation_id), timezone.now()
    if invitation.asked_at > now - timedelta(seconds=settings.INVITATION_PAUSE_SECONDS):
        raise SentJustNow(place="email", value=invitation.email)
    _ask_again(invitation, now)
    return invitation


@atomic
def revoke(*, invitation_id: int) -> FirmInvitation:
    """The link ends at once.

    Raises:
        UnknownFirmInvitation: see `resend`.
    """
    invitation = _held(invitation_id)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    return invitation


@atomic
def remind(*, cluster_id: int, invitation_ids: Iterable[int] | None = None) -> list[FirmInvitation]:
    """Write to firms that have a next step: before they joined a new link, after it what is missing; once a day at most.

    Args:
        invitation_ids: None reminds all that may be reminded now.

    Raises:
        NoSuchCluster: the own firm does not manage the cluster.
        UnknownFirmInvitation: one of those named has no next step, or is not there.
        RemindedJustNow: one of those named was written to within a day.
    """
    from .desk import firms_of

    managed(cluster_id)
    named, now = None if invitation_ids is None else set(invitation_ids), timezone.now()
    rows = {row.invitation.pk: row for row in firms_of(cluster_id) if row.invitation and row.may_be_reminded}
    if named is not None and named - rows.keys():
        raise UnknownFirmInvitation(place="invitation", value=min(named - rows.keys()))
    reminded = []
    for pk in sorted(rows.keys() if named is None else named):
        invitation = FirmInvitation.objects.select_for_update(of=("self",)).get(pk=pk)
        if max(invitation.asked_at, invitation.reminded_at or invitation.asked_at) > now - timedelta(days=1):
            if named is None:
                continue
            raise RemindedJustNow(place="invitation", value=invitation.number)
        invitation.reminded_at = now
        invitation.save(update_fields=["reminded_at"])
        if invitation.accepted_at is None:
            _ask_again(invitation, now)
        else:
            _remind_after_commit(invitation)
        reminded.append(invitation)
    return reminded


@atomic
def deliver(*, invitation_id: int) -> bool:
    """Make the link's secret and mail it; safe to repeat: what is sent or closed is passed over.

    Returns:
        Whether a mail went out.

    Raises:
        OSError, SMTPException: the mail server did not take it; nothing is kept.
    """
    rows = FirmInvitation.objects.filter(pk=invitation_id, sent_at=None, accepted_at=None, revoked_at=None)
    invitation = rows.select_related("cluster", "office").select_for_update(of=("self",), skip_locked=True).first()
    if invitation is None:
        return False
    secret, now = secrets.token_urlsafe(32), timezone.now()
    invitation.digest, invitation.sent_at, invitation.expires_at = digest_of(secret), now, _end(now)
    invitation.save(update_fields=["digest", "sent_at", "expires_at"])
    mail_firm_invitation(invitation, secret)
    return True


def send_reminder(*, invitation_id: int) -> None:
    """Mail a firm that has joined what it still needs; nothing where all is there by now.

    Raises:
        OSError, SMTPException: the mail server did not take it.
    """
    from .desk import firms_of

    invitation = FirmInvitation.objects.select_related("cluster", "office").get(pk=invitation_id)
    for row in firms_of(invitation.cluster_id):
        if row.invitation and row.invitation.pk == invitation_id and row.next_step:
            mail_reminder(invitation, row.next_step)


def purge_closed() -> int:
    """Remove invitations some time after they have closed, addresses and all; a system job. The firm and its texts stay.

    Returns:
        How many went.
    """
    before = timezone.now() - timedelta(days=settings.INVITATIONS_KEPT_DAYS)
    with unscoped(reason="expiry: removes expired keys and closed invitations of all organizations"):
        gone, _each = firm_invitations_closed(before=before).delete()
    return gone


def _ask_again(invitation: FirmInvitation, now: datetime) -> None:
    invitation.asked_at, invitation.expires_at, invitation.sent_at, invitation.digest = now, _end(now), None, None
    invitation.save(update_fields=["asked_at", "expires_at", "sent_at", "digest"])
    _send_after_commit(invitation)


def _end(start: datetime) -> datetime:
    return start + timedelta(days=settings.INVITATION_DAYS)


def _held(invitation_id: int) -> FirmInvitation:
    found = FirmInvitation.objects.filter(pk=invitation_id, accepted_at=None, revoked_at=None)
    invitation = found.select_for_update(of=("self",)).first()
    if invitation is None:
        raise UnknownFirmInvitation(place="invitation", value=invitation_id)
    return invitation


def _remind_after_commit(invitation: FirmInvitation) -> None:
    ids = {"invitation_id": invitation.pk, "organization_id": invitation.office_id}
    transaction.on_commit(lambda: tasks.send_reminder.delay(**ids), using=require_scope().alias, robust=True)


def _send_after_commit(invitation: FirmInvitation) -> None:
    """A broker that is down loses nothing: what waits is looked for each minute."""
    ids = {"invitation_id": invitation.pk, "organization_id": invitation.office_id}
    transaction.on_commit(lambda: tasks.send_firm_invitation.delay(**ids), using=require_scope().alias, robust=True)
