"""The first firm of an installation and its first person; by a page with the one-time code, or by a command."""

from typing import Any

from django.db import connections
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.services import add_person
from apps.common.identifiers import InvalidBusinessNumber
from apps.tenancy.models import Organization
from apps.tenancy.roles import Role
from apps.tenancy.scope import require_scope, unscoped
from apps.tenancy.services import create_organization

from .exceptions import Begun, WrongCode
from .first_code import DAY_ONE, is_empty, is_right
from .models import FirstCode

OFFICE, LEAD = "office", "lead"
ROLES = {
    OFFICE: (Role.TENANT_ADMIN, Role.COORDINATOR),
    LEAD: (Role.TENANT_ADMIN, Role.BUYER, Role.BUYER_APPROVER),
}
ONE_AT_A_TIME = 6021190  # of two who begin at once the second finds a firm


def begin(
    *,
    kind: str,
    legal_name: str,
    name: str,
    email: str,
    name_en: str = "",
    business_number: str = "",
    password: str | None = None,
    digest: bytes | None = None,
    **person: Any,
) -> tuple[Organization, User]:
    """Make the first firm and its administrator, all of it or nothing; the code ends with it.

    Args:
        kind: OFFICE coordinates clusters, LEAD buys.
        digest: the hash of the one-time code; None from the command line, which only the operator has.
        person: language and time zone.

    Raises:
        Begun: a firm is here already.
        WrongCode: not the present code, or it is too old.
        InvalidBusinessNumber: see `create_organization`; a lead firm has a number.
    """
    if kind == LEAD and not business_number.strip():
        raise InvalidBusinessNumber(_("A lead firm is known by its number."), place="business_number", value="")
    with unscoped(reason=DAY_ONE):
        with connections[require_scope().alias].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        if Organization.objects.exists():
            raise Begun
        if digest is not None and not is_right(digest):
            raise WrongCode(place="code")
        firm = create_organization(legal_name=legal_name, name_en=name_en, business_number=business_number)
        user = User.objects.create_user(email.strip(), password, name=name, **person)
        add_person(organization_id=firm.pk, user=user, roles=ROLES[kind])
        FirstCode.objects.all().delete()
    return firm, user


def check(digest: bytes) -> None:
    """
    Raises:
        Begun: a firm is here already.
        WrongCode: not the present code, or it is too old.
    """
    if not is_empty():
        raise Begun
    with unscoped(reason=DAY_ONE):
        if not is_right(digest):
            raise WrongCode(place="code")
