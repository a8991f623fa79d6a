"""A person changes the own address: by password, and by a link that the new mailbox gets.

The link holds the new address, signed together with what the account is now, and nothing is kept: it ends with its time,
with a changed password, and with its own use. It works only for the person signed in: a letter to a mistyped address gives
nobody an account.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.tenancy.scope import identity

from . import tasks
from .exceptions import AddressLinkGone, OtherAccount
from .identities import reader_of
from .letters import send_letter
from .mail import letter_of
from .models import User
from .rights import end_rights

SALT = "accounts.address"


def ask_to_change(user_id: int, *, address: str) -> None:
    """Two letters go out after the commit. Nothing here depends on whether the address is known; the worker looks."""
    ids = {"user_id": user_id, "address": address.strip().lower()}
    transaction.on_commit(lambda: tasks.send_address_letters.delay(**ids), robust=True)


def send_letters(user_id: int, *, address: str) -> None:
    """The link to the new mailbox, or a word to whoever has it already; and a notice to the present one.

    Raises:
        OSError, SMTPException: the mail server did not take it.
    """
    with identity():
        person = User.objects.filter(pk=user_id, is_active=True).first()
        if person is None or person.email == address:
            return
        owner = reader_of(address)
        about = {"user": person, "address": address, "url": _link(person, address)}
        if owner is None:
            _send(address, person, "address_link", about)
        else:
            _send(address, owner, "address_taken", about | {"user": owner})
        _send(person.email, person, "address_asked", about)


def asked_address(token: str, user: User) -> str:
    """The address that a link leads to, for the person whose account it is.

    Raises:
        AddressLinkGone: forged, too old, used, or the password has been changed since.
        OtherAccount: somebody else is signed in.
    """
    try:
        pk, address, digest = signing.loads(token, salt=SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except signing.BadSignature:
        raise AddressLinkGone from None
    if pk != user.pk:
        raise OtherAccount
    if not constant_time_compare(digest, _state(user, address)):
        raise AddressLinkGone
    return address


def change(token: str, *, user_id: int, session_key: str) -> User:
    """The person signs in with the new address from now on; sessions elsewhere end, and links mailed to the old one.

    API tokens stay: they rest on the person and the password, not on a mailbox.

    Args:
        session_key: of the session that goes on.

    Raises:
        AddressLinkGone, OtherAccount: see `asked_address`; or the address has an account meanwhile.
    """
    with identity():
        try:
            with transaction.atomic("identity"):
                person = User.objects.select_for_update().get(pk=user_id, is_active=True)
                old, person.email = person.email, asked_address(token, person)
                person.save(update_fields=["email"])
                EmailAddress.objects.filter(user=person).delete()
                EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        except IntegrityError:
            raise AddressLinkGone from None
        for session in UserSession.objects.filter(user=person).exclude(session_key=session_key):
            session.end()
        end_rights(person.pk)
    ids = {"user_id": person.pk, "old": old}
    transaction.on_commit(lambda: tasks.send_address_changed.delay(**ids), robust=True)
    return person


def send_changed(user_id: int, *, old: str) -> None:
    """A last word to the mailbox that was left."""
    with identity():
        person = User.objects.get(pk=user_id)
    _send(old, person, "address_changed", {"user": person, "address": person.email})


def _link(user: User, address: str) -> str:
    token = signing.dumps([user.pk, address, _state(user, address)], salt=SALT)
    return settings.PUBLIC_URL + reverse("accounts:confirm-address", args=[token])


def _state(user: User, address: str) -> str:
    """Of the account now: another address or password is another one."""
    return salted_hmac(SALT, f"{user.pk} {user.email} {user.password} {address}").hexdigest()[:32]


def _send(to: str, reader: User, kind: str, about: dict[str, Any]) -> None:
    with translation.override(reader.language):
        send_letter(to, letter_of(kind, about))
