"""A person's data go on request; documents keep that somebody signed, and an accepted text the name it was accepted in.

Run as the owner of the tables: the history of changes is written by nobody else, and it too forgets.
"""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connections, transaction
from django.utils import timezone

from apps.accounts.exceptions import LastAdministrator
from apps.accounts.models import ApiToken, Membership, ShortCode, User
from apps.events.models import Notification
from apps.partners.models import RelationContact
from apps.tenancy.models import OrganizationRole
from apps.tenancy.roles import Role
from apps.ui.models import SavedView

OWNER = "owner"
NOBODY = "—"
TEXTS = """
    SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t
    USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.data_type IN ('text', 'character varying')
    ORDER BY 1, 2
"""
BESIDE = """
    SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name IN ('phone', 'email')
    GROUP BY 1 HAVING count(*) = 2 ORDER BY 1
"""


class UnknownPerson(ValueError):
    """Nobody here has this address."""


def forget(email: str) -> dict[str, int]:
    """Take name, address, phone, sessions, tokens and settings of a person away; table → how many rows named the address.

    Raises:
        UnknownPerson: nobody has the address.
        LastAdministrator: a firm would be left without one; nothing was changed.
    """
    address = email.strip().lower()
    with transaction.atomic(using=OWNER):
        person = User._base_manager.using(OWNER).select_for_update().filter(email=address).first()
        if person is None:
            raise UnknownPerson(email)
        _refuse_last_administrator(person.pk)
        keys = _end(person)
        contacts = RelationContact._base_manager.using(OWNER).filter(email=address)
        contacts.delete()
        person.name, person.is_active, person.wants_mail, person.last_login = NOBODY, False, False, None
        AbstractBaseUser.set_unusable_password(person)
        person.password_changed_at = timezone.now()
        person.save(using=OWNER)
        _forget_phones(address)
        gone = _replace(address, f"gone-{person.pk}@gone.invalid")
    for key in keys:
        SessionStore(key).delete()
    return gone


def _refuse_last_administrator(pk: int) -> None:
    for role in OrganizationRole._base_manager.using(OWNER).select_for_update().filter(role=Role.TENANT_ADMIN):
        holding = Membership._base_manager.using(OWNER).filter(
            organization_id=role.organization_id, is_active=True, user__is_active=True, user__groups=role.group_id
        )
        admins = set(holding.values_list("user_id", flat=True))
        if admins == {pk}:
            raise LastAdministrator(place="email")


def _end(person: User) -> list[str]:
    """Memberships, roles, tokens, views, news and mailboxes; the keys of the sessions, which live in the cache too."""
    now = timezone.now()
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT session_key FROM usersessions_usersession WHERE user_id = %s", [person.pk])
        keys = [key for (key,) in cursor.fetchall()]
        cursor.execute("DELETE FROM django_session WHERE session_key = ANY (%s)", [keys])
        cursor.execute("DELETE FROM usersessions_usersession WHERE user_id = %s", [person.pk])
        cursor.execute("DELETE FROM account_emailaddress WHERE user_id = %s", [person.pk])
    person.groups.through._base_manager.using(OWNER).filter(user_id=person.pk).delete()
    rows: Any = Membership._base_manager.using(OWNER).filter(user_id=person.pk)
    rows.update(is_active=False, title="")
    rows.filter(ended_at=None).update(ended_at=now)
    ApiToken._base_manager.using(OWNER).filter(user_id=person.pk).delete()
    ShortCode._base_manager.using(OWNER).filter(user_id=person.pk).delete()
    SavedView._base_manager.using(OWNER).filter(owner_id=person.pk).delete()
    Notification._base_manager.using(OWNER).filter(user_id=person.pk).delete()
    return keys


def _forget_phones(address: str) -> None:
    """The phone beside the address, in history too. Nowhere else: who writes a contact may write any text as a phone."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(BESIDE)
        for (table,) in cursor.fetchall():
            _change(cursor, table, "phone", "", "email", address)


def _replace(address: str, other: str) -> dict[str, int]:
    """Every text of every table that is the address, history too."""
    gone: dict[str, int] = {}
    with connections[OWNER].cursor() as cursor:
        cursor.execute(TEXTS)
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE lower("{column}") = %s', [address])
            if count := cursor.fetchone()[0]:
                _change(cursor, table, column, other, column, address)
                gone[table] = gone.get(table, 0) + count
    return gone


def _change(cursor: Any, table: str, column: str, other: str, key: str, value: str) -> None:
    # History is kept from being changed by a trigger, and its rows by another that would tell of it.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE lower("{key}") = %s', [other, value])
    cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
