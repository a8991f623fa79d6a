"""Invitations as tests use them: sent by a page or a service, mailed, and the link read from the mailbox."""

import re

from django.core import mail
from django.test import Client

from apps.accounts import invitations
from apps.accounts.models import Invitation
from apps.tenancy.roles import Role
from apps.tenancy.scope import organization_scope
from tests.world import World, as_person

LINK = re.compile(r"/account/join/\S+")


def invited(world: World, administrator: str, email: str, *roles: str, **options) -> Invitation:
    """An invitation by this administrator, in English."""
    with as_person(world, administrator):
        return invitations.invite(email=email, roles=roles or [Role.TENANT_ADMIN], **{"language": "en", **options})


def deliver(invitation: Invitation) -> str:
    """What the worker does: the mail goes out. The path of its link, which stands nowhere else."""
    with organization_scope(invitation.organization_id, source="task"):
        assert invitations.deliver(invitation_id=invitation.pk)
    return LINK.search(mail.outbox[-1].body).group()


def link_of(world: World, administrator: str, email: str, *roles: str, **options) -> str:
    return deliver(invited(world, administrator, email, *roles, **options))


def stranger(language: str = "en") -> Client:
    """A browser that nobody is signed in with."""
    return Client(headers={"accept-language": language})


def form(name: str = "Newhire", password: str = "my-own-words-7", **changed) -> dict:
    """What an invited person types."""
    return {"name": name, "password1": password, "password2": password, **changed}
