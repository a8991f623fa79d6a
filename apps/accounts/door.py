"""The door of requests and sockets: who is this, for which firm do they act, what may they see and do.

One SQL function answers all of it and sets the row-level security variables in the same statement. It runs with the rights
of the owner because no scope exists before it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.common.doors import row_of
from apps.common.errors import DomainError
from apps.common.secret import digest_of
from apps.tenancy.models import localized
from apps.tenancy.scope import Scope, open_scope

from .exceptions import InvitationGone, NoCalendarAddress
from .models import User


class InvalidToken(DomainError):
    code = "invalid_token"
    status = 401
    title = _("The token is not valid.")
    rule = _("A token is known, not revoked and its owner still works for the firm.")
    remedy = _("Create a new token under Account > API tokens.")


class ExpiredToken(InvalidToken):
    code = "expired_token"
    title = _("The token has expired.")
    rule = _("A token is valid until its expiry date.")


@dataclass(frozen=True)
class Door:
    """What entering found.

    Attributes:
        scope: of the chosen organization; without one, only the person's own account.
        organizations: (id, legal name, English name) of every firm the person works for.
        roles: the person's roles in the chosen organization.
    """

    scope: Scope
    organization_id: int | None
    organizations: tuple[tuple[int, str, str], ...]
    roles: frozenset[str]


@contextmanager
def enter(*, user_id: int, organization_id: int | None, source: str, limit_to: list[str] | None = None) -> Iterator[Door]:
    """Open the scope of a signed-in person, in one transaction.

    Args:
        organization_id: the firm to act for; None, or one the person does not belong to, takes the first membership.
        source: what history remembers: "screen", "api" or "socket".
        limit_to: acts that the person may do here at most, as at a shared tablet; None: all of theirs.
    """
    found: list[Door] = []

    def look_up() -> Scope:
        row = row_of("SELECT * FROM accounts_door(%s, %s, %s)", [user_id, organization_id, source])
        found.append(_door(user_id, row, source, limit_to))
        return found[0].scope

    with open_scope(look_up):
        yield found[0]


@contextmanager
def enter_by_token(secret: str) -> Iterator[tuple[Door, User]]:
    """Open the scope of an API token.

    Raises:
        InvalidToken: unknown, revoked, or the person has left.
        ExpiredToken: its expiry date has passed.
    """
    found: list[tuple[Door, User]] = []

    def look_up() -> Scope:
        row = row_of("SELECT * FROM accounts_token_door(%s)", [digest_of(secret)])
        if row is None or row["organization_id"] is None:
            raise InvalidToken(place="Authorization")
        if row["expires_at"] <= timezone.now():
            raise ExpiredToken(place="Authorization", value=row["expires_at"].date())
        user = User(pk=row["user_id"], name=row["name"], language=row["language"], time_zone=row["time_zone"])
        found.append((_door(user.pk, row, "api", limit_to=json.loads(row["token_acts"])), user))
        return found[0][0].scope

    with open_scope(look_up):
        yield found[0]


@contextmanager
def enter_by_calendar(secret: str) -> Iterator[tuple[Door, User]]:
    """Open the scope of whose calendar's address it is, with no more acts than the address has; it only reads.

    Raises:
        NoCalendarAddress: unknown, withdrawn, or its person has left.
    """
    found: list[tuple[Door, User]] = []

    def look_up() -> Scope:
        row = row_of("SELECT * FROM accounts_calendar_door(%s)", [digest_of(secret)])
        if row is None or row["organization_id"] is None:
            raise NoCalendarAddress
        user = User(pk=row["user_id"], name=row["name"], language=row["language"], time_zone=row["time_zone"])
        found.append((_door(user.pk, row, "calendar", limit_to=json.loads(row["token_acts"])), user))
        return found[0][0].scope

    with open_scope(look_up):
        yield found[0]


@dataclass(frozen=True)
class Invited:
    """What the link of an invitation leads to.

    Attributes:
        firm: its name in the reader's language.
        is_known: whether the address has an account; told to nobody but the reader of the mailbox.
    """

    invitation_id: int
    organization_id: int
    firm: str
    email: str
    name: str
    title: str
    roles: tuple[str, ...]
    language: str
    is_known: bool


@contextmanager
def enter_by_invitation(secret: str, *, user_id: int | None) -> Iterator[Invited]:
    """Open the scope of an invitation's firm to whoever holds the link; it names no act.

    Raises:
        InvitationGone: unknown, used, revoked or expired.
    """
    found: list[Invited] = []

    def look_up() -> Scope:
        values = [digest_of(secret), user_id]
        row = row_of("SELECT * FROM accounts_invitation_door(%s, %s)", values)
        if row is None:
            raise InvitationGone
        invited = {name: row[name] for name in ("invitation_id", "organization_id", "email", "name", "title", "language")}
        firm = localized(row["legal_name"], row["name_en"])
        roles = tuple(json.loads(row["roles"]))
        found.append(Invited(**invited, firm=firm, roles=roles, is_known=row["is_known"]))
        return Scope(
            organization_ids=(row["organization_id"],),
            cluster_ids=tuple(row["cluster_ids"]),
            party_ids=tuple(row["party_ids"]),
            user_id=user_id,
            source="invitation",
            buys=row["buys"],
            supplies=row["supplies"],
        )

    with open_scope(look_up):
        yield found[0]


def _door(user_id: int, row: dict[str, Any] | None, source: str, limit_to: list[str] | None = None) -> Door:
    if row is None or row["organization_id"] is None:
        return Door(Scope(user_id=user_id, source=source), None, (), frozenset())
    acts = frozenset(row["acts"])
    scope = Scope(
        organization_ids=(row["organization_id"],),
        cluster_ids=tuple(row["cluster_ids"]),
        party_ids=tuple(row["party_ids"]),
        user_id=user_id,
        source=source,
        buys=row["buys"],
        supplies=row["supplies"],
        acts=acts if limit_to is None else acts & frozenset(limit_to),
        token_id=row.get("token_id"),
    )
    organizations = tuple((item["id"], item["legal_name"], item["name_en"]) for item in json.loads(row["organizations"]))
    return Door(scope, row["organization_id"], organizations, frozenset(row["roles"]))
