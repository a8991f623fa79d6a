"""Firms as tests invite them: asked by a service, mailed, and the link read from the mailbox."""

import re

from django.core import mail
from django.test import Client

from apps.joining import firms
from apps.joining.models import Agreement, FirmInvitation
from apps.tenancy.models import Cluster
from apps.tenancy.scope import organization_scope, unscoped
from tests.world import SYSTEM, World, as_person

LINK = re.compile(r"/start/firm/[^/\s]+/")
NUMBERS = ("220-81-62517", "106-81-24176", "107-81-24177")
NEW = "owner@newfirm.example"
WORDS = "only-mine-9999"


def cluster_of(world: World) -> int:
    """The one of the small world, which its office coordinates and the buyer leads."""
    with as_person(world, "coordinator"):
        return Cluster.objects.get(lead=world.buyer).pk


def valid(number: str) -> str:
    """The same first nine digits with their check digit."""
    from apps.common.identifiers import business_number_check_digit

    digits = number.replace("-", "")[:9]
    return f"{digits}{business_number_check_digit(digits)}"


def asked(world: World, *, by="coordinator", number=NUMBERS[0], email=NEW, cluster=None, **options) -> FirmInvitation:
    with as_person(world, by):
        firm = firms.Asked(number=valid(number), email=email, name="새기업")
        found = firms.invite_firms(cluster_id=cluster or cluster_of(world), firms=[firm], **{"language": "en", **options})
    return found[0]


def deliver(invitation: FirmInvitation) -> str:
    """What the worker does. The path of the link, which stands nowhere else."""
    with organization_scope(invitation.office_id, source="task"):
        assert firms.deliver(invitation_id=invitation.pk)
    return LINK.search(mail.outbox[-1].body).group()


def texts_of(cluster_id: int) -> list[Agreement]:
    with unscoped(reason=SYSTEM):
        return list(Agreement.objects.filter(cluster_id=cluster_id))


def filled(cluster_id: int, **changed) -> dict:
    """What an invited person types, all texts accepted."""
    given = {
        "legal_name": "새기업 주식회사",
        "name_en": "New firm",
        "name": "한가람",
        "password1": WORDS,
        "password2": WORDS,
    }
    return {**given, **{f"text_{text.pk}": "on" for text in texts_of(cluster_id)}, **changed}


def stranger(**headers) -> Client:
    return Client(headers={"accept-language": "en", **headers})
