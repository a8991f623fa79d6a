"""Invitations to a firm: sent, sent again, taken back, accepted.

Nobody types another's password and nobody is added without their own doing. The secret of a link is made where the mail is
written and stands nowhere else: who holds it reads the mailbox. What is known of an address plays no part before that.
"""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connections, transaction
from django.utils import timezone

from apps.common.secret import digest_of
from apps.tenancy.scope import atomic, require_scope, use_scope

from . import tasks
from .exceptions import (
    AlreadyInvited,
    AlreadyMember,
    InvitationGone,
    KnownPerson,
    OtherPerson,
    SentJustNow,
    TooManyInvitations,
    UnknownInvitation,
)
from .mail import mail_invitation
from .memberships import check_roles
from .models import Invitation, Membership, User
from .selectors import offered_roles, open_invitations
from .services import keeping_an_administrator, set_roles


@atomic
def invite(*, email: str, roles: Iterable[str], name: str = "", title: str = "", language: str = "ko") -> Invitation:
    """Ask a person to work for the scope's firm; the mail goes out after the commit.

    Args:
        language: of the mail, and of the account where one is made.

    Raises:
        NoRole, ForeignRole: see `check_roles`.
        AlreadyMember: somebody of the firm has this address.
        AlreadyInvited: an invitation to it is open.
        TooManyInvitations: as many as may be are open.
    """
    organization_id, address, now = require_scope().organization_id, email.strip().lower(), timezone.now()
    chosen = check_roles(roles)
    with keeping_an_administrator(organization_id):
        if Membership.objects.filter(organization_id=organization_id, ended_at=None, user__email=address).exists():
            raise AlreadyMember(place="email", value=address)
        waiting = list(open_invitations().values_list("email", flat=True))
        if address in waiting:
            raise AlreadyInvited(place="email", value=address)
        if len(waiting) >= settings.INVITATIONS_OPEN:
            raise TooManyInvitations(place="email", value=len(waiting))
        invitation = Invitation.objects.create(
            organization_id=organization_id,
            invited_by_id=require_scope().user_id,
            email=address,
            name=name,
            title=title,
            roles=chosen,
            language=language,
            asked_at=now,
            expires_at=_end(now),
        )
    _send_after_commit(invitation)
    return invitation


@atomic
def resend(*, invitation_id: int) -> Invitation:
    """Mail a new link and end the old one.

    Raises:
        UnknownInvitation: not open, or another firm's.
        SentJustNow: less than a minute ago.
    """
    invitation, now = _held(invitation_id), timezone.now()
    if invitation.asked_at > now - timedelta(seconds=settings.INVITATION_PAUSE_SECONDS):
        raise SentJustNow(place="email", value=invitation.email)
    invitation.asked_at, invitation.expires_at, invitation.sent_at, invitation.digest = now, _end(now), None, None
    invitation.save(update_fields=["asked_at", "expires_at", "sent_at", "digest"])
    _send_after_commit(invitation)
    return invitation


@atomic
def revoke(*, invitation_id: int) -> Invitation:
    """The link ends at once.

    Raises:
        UnknownInvitation: not open, or another firm's.
    """
    invitation = _held(invitation_id)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    return invitation


@atomic
def deliver(*, invitation_id: int) -> bool:
    """Make the link's secret and mail it; safe to repeat: what is sent or closed is passed over.

    Returns:
        Whether a mail went out.

    Raises:
        OSError, SMTPException: the mail server did not take it; nothing is kept.
    """
    rows = open_invitations().filter(pk=invitation_id, sent_at=None)
    invitation = rows.select_for_update(of=("self",), skip_locked=True).first()
    if invitation is None:
        return False
    secret, now = secrets.token_urlsafe(32), timezone.now()
    invitation.digest, invitation.sent_at, invitation.expires_at = digest_of(secret), now, _end(now)
    invitation.save(update_fields=["digest", "sent_at", "expires_at"])
    mail_invitation(invitation, secret)
    return True


@atomic
def accept(*, invitation_id: int, user: User) -> Membership:
    """The person of the address takes the invitation; in the scope of the invitation's firm.

    Raises:
        InvitationGone: used, revoked or expired meanwhile, or its roles are no longer the firm's to give.
        OtherPerson: the account has another address.
        AlreadyMember: the person works for the firm, or is locked there.
    """
    organization_id, now = require_scope().organization_id, timezone.now()
    with keeping_an_administrator(organization_id):
        invitation = open_invitations().select_for_update(of=("self",)).filter(pk=invitation_id, expires_at__gt=now).first()
        roles = set(invitation.roles) & set(offered_roles()) if invitation else set()
        if invitation is None or not roles:
            raise InvitationGone
        if user.email != invitation.email:
            raise OtherPerson
        membership = Membership.objects.filter(organization_id=organization_id, user_id=user.pk).first()
        if membership is None:
            membership = Membership(organization_id=organization_id, user_id=user.pk)
        elif membership.ended_at is None:
            raise AlreadyMember(place="email", value=user.email)
        membership.title, membership.is_active, membership.ended_at = invitation.title, True, None
        membership.save()
        set_roles(organization_id=organization_id, user_id=user.pk, roles=roles)
        invitation.accepted_at, invitation.accepted_by_id = now, user.pk
        invitation.save(update_fields=["accepted_at", "accepted_by"])
    return membership


def join(*, invitation_id: int, secret: str, name: str, password: str, language: str) -> User:
    """Make the account of an invited person, who types name and password themselves, and accept; all of it or nothing.

    Raises:
        InvitationGone: used, revoked or expired meanwhile.
        KnownPerson: the address has an account.
    """
    scope = require_scope()
    with transaction.atomic(using=scope.alias):
        invitation = open_invitations().select_for_update(of=("self",)).filter(pk=invitation_id).first()
        if invitation is None:
            raise InvitationGone
        with connections[scope.alias].cursor() as cursor:
            values: list[Any] = [digest_of(secret), name, make_password(password), language]
            cursor.execute("SELECT accounts_register(%s, %s, %s, %s)", values)
            (user_id,) = cursor.fetchone()
        if user_id is None:
            raise KnownPerson
        with use_scope(replace(scope, user_id=user_id)):
            user = User(pk=user_id, email=invitation.email, name=name, language=language)
            accept(invitation_id=invitation_id, user=user)
    return user


def _end(start: datetime) -> datetime:
    return start + timedelta(days=settings.INVITATION_DAYS)


def _held(invitation_id: int) -> Invitation:
    found = open_invitations().select_for_update(of=("self",)).filter(pk=invitation_id).first()
    if found is None:
        raise UnknownInvitation(place="invitation", value=invitation_id)
    return found


def _send_after_commit(invitation: Invitation) -> None:
    """A broker that is down loses nothing: what waits is looked for each minute."""
    ids = {"invitation_id": invitation.pk, "organization_id": invitation.organization_id}
    transaction.on_commit(lambda: tasks.send_invitation.delay(**ids), using=require_scope().alias, robust=True)
