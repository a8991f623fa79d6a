"""The door of a firm's invitation: what its link is about, and how the firm comes in."""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connections, transaction
from django.utils import timezone

from apps.accounts.exceptions import KnownPerson
from apps.accounts.models import User
from apps.accounts.services import add_person
from apps.common.doors import row_of
from apps.common.identifiers import format_business_number
from apps.common.secret import digest_of
from apps.events.services import emit_to
from apps.tenancy.models import Cluster, ClusterMembership, localized
from apps.tenancy.roles import Role
from apps.tenancy.scope import organization_scope, require_scope
from apps.tenancy.selectors import own_organization

from . import agreements
from .exceptions import FirmForOther, FirmLinkExpired, FirmLinkUnknown, FirmLinkUsed, NotItsAdministrator, TextsNotAccepted
from .models import Agreement

BUYS, SUPPLIES = (Role.BUYER, Role.BUYER_APPROVER), (Role.SUPPLIER_SALES,)


@dataclass(frozen=True)
class Text:
    """One text to accept, in the reader's language."""

    pk: int
    kind: str
    version: int
    text: str
    hash: str

    @property
    def label(self) -> Any:
        return Agreement.Kind(self.kind).label


@dataclass(frozen=True)
class InvitedFirm:
    """What the link leads to, told to nobody but who holds it.

    Attributes:
        known_id: the firm here that has the number; None where nobody has it.
        is_known: whether the address has an account.
        administers: (id, name) of firms that the person at the browser administers.
        lead: whom the firm supplies as soon as it has joined; empty where it does not.
    """

    invitation_id: int
    cluster_id: int
    cluster: str
    cluster_kind: str
    office: str
    inviter: str
    kind: str
    number: str
    firm_name: str
    email: str
    language: str
    known_id: int | None
    known_name: str
    is_known: bool
    administers: tuple[tuple[int, str], ...]
    texts: tuple[Text, ...]
    lead: str = ""

    @property
    def kind_label(self) -> Any:
        return ClusterMembership.Kind(self.kind).label

    @property
    def roles(self) -> list[Role]:
        """Of the first person: a small firm has one who does everything."""
        if self.cluster_kind == Cluster.Kind.PEERS:
            return [Role.TENANT_ADMIN, *BUYS, *SUPPLIES]
        return [Role.TENANT_ADMIN, *(BUYS if self.kind == ClusterMembership.Kind.LEAD else SUPPLIES)]


def look(secret: str, *, person: User | None) -> InvitedFirm:
    """Ask what a link is about.

    Raises:
        FirmLinkUnknown: never made, replaced by a newer one, or taken back.
        FirmLinkUsed, FirmLinkExpired: it was open once.
    """
    digest = digest_of(secret)
    row = row_of("SELECT * FROM joining_firm_door(%s, %s)", [digest, person.pk if person else None])
    lead = row_of("SELECT * FROM joining_lead_of(%s)", [digest])
    if row is None or row["revoked_at"]:
        raise FirmLinkUnknown
    if row["accepted_at"]:
        raise FirmLinkUsed
    if row["expires_at"] <= timezone.now():
        raise FirmLinkExpired(value=row["expires_at"].date())
    firms = json.loads(row["administers"])
    return InvitedFirm(
        **{name: row[name] for name in ("invitation_id", "cluster_id", "cluster_kind", "inviter", "kind", "firm_name")},
        **{name: row[name] for name in ("email", "language", "known_id", "is_known")},
        cluster=localized(row["cluster_name"], row["cluster_name_en"]),
        office=localized(row["office_name"], row["office_name_en"]),
        number=format_business_number(row["business_number"]),
        lead=localized(lead["legal_name"], lead["name_en"]) if lead else "",
        known_name=localized(row["known_name"] or "", row["known_name_en"] or ""),
        administers=tuple((firm["id"], localized(firm["legal_name"], firm["name_en"])) for firm in firms),
        texts=tuple(
            Text(text["id"], text["kind"], text["version"], localized(text["text"], text["text_en"]), text["hash"])
            for text in json.loads(row["agreements"])
        ),
    )


def note_opened(secret: str) -> None:
    """For the desk; nothing rests on it."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT joining_opened(%s)", [digest_of(secret)])


def check_person(invited: InvitedFirm, person: User) -> None:
    """Whether somebody who is signed in may take it at all.

    Raises:
        NotItsAdministrator: the number is a firm's that the person does not administer.
        FirmForOther: the number is new, and the address another.
    """
    if invited.known_id is not None:
        if invited.known_id not in {pk for pk, _name in invited.administers}:
            raise NotItsAdministrator(place="business_number", value=invited.number)
    elif person.email != invited.email:
        raise FirmForOther(place="email")


def come_in(
    secret: str,
    invited: InvitedFirm,
    *,
    person: User | None,
    organization_id: int | None,
    hashes: list[str],
    legal_name: str = "",
    name_en: str = "",
    name: str = "",
    password: str = "",
    language: str = "ko",
) -> tuple[int, int]:
    """The firm joins: made anew, or the existing one; with the accepted texts and its administrator; all of it or nothing.

    Args:
        person: who is signed in; None makes an account of `name` and `password`.
        organization_id: the firm that joins; None makes one of `legal_name`.

    Returns:
        Ids of firm and person.

    Raises:
        TextsNotAccepted: a present text is not among the hashes, or has changed meanwhile.
        KnownPerson: nobody is signed in, and the address has an account by now.
        FirmLinkUsed: used, taken back or expired meanwhile, or its number has another firm by now.
    """
    if {text.hash for text in invited.texts} - set(hashes):
        raise TextsNotAccepted(place="agreements")
    if person is None and invited.is_known:
        raise KnownPerson
    values: list[Any] = [digest_of(secret), person.pk if person else None, organization_id, legal_name, name_en]
    values += [person.name if person else name, "" if person else make_password(password), language]
    with transaction.atomic(using="default"):
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT * FROM joining_take(%s, %s, %s, %s, %s, %s, %s, %s)", values)
            taken = cursor.fetchone()
        if taken is None:
            raise FirmLinkUsed
        firm_id, person_id = taken
        with organization_scope(firm_id, user_id=person_id, source="invitation"):
            who = person or User(pk=person_id, email=invited.email, name=name, language=language)
            if organization_id is None:
                add_person(organization_id=firm_id, user=who, roles=invited.roles)
            agreements.accept(cluster_id=invited.cluster_id, hashes=hashes, person=who)
            _relate(invited)
    return firm_id, person_id


def _relate(invited: InvitedFirm) -> None:
    """Asked as a supplier of a led cluster, the firm supplies its lead from now on; who invited and the lead hear of it."""
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute("SELECT office_id, lead_id FROM joining_relate(%s)", [invited.invitation_id])
        told = {pk for pk in cursor.fetchone() if pk is not None}
    own = own_organization()
    if told - {own.pk}:
        firms, label = sorted(told - {own.pk}), own.legal_name[:120]
        emit_to("firm.joined", organization_ids=firms, subject_id=invited.cluster_id, label=label, actor_id=own.pk)
