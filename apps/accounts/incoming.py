"""People who come in by a table: who is new is invited, who works here gets the roles and the title of the row."""

from collections.abc import Hashable, Iterable, Sequence
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.common.incoming import LIST, Entry, Field, Incoming, Standing, Values, places, words
from apps.tenancy.roles import Role

from . import invitations, memberships
from .exceptions import InvalidAddress, PersonLocked
from .models import Membership, User
from .selectors import open_invitations, roles_by_user

ROLES = {
    Role.BUYER.value: ("구매", "buyer", "구매 담당", "구매담당", "바이어"),
    Role.BUYER_APPROVER.value: ("구매 승인", "purchasing approver", "구매승인", "구매 승인자", "approver"),
    Role.RECEIVER.value: ("입고", "receiver", "입고 담당", "입고담당"),
    Role.INSPECTOR.value: ("검사", "inspector", "품질검사", "수입검사", "검사 담당"),
    Role.SUPPLIER_SALES.value: ("협력사 영업", "supplier sales", "영업", "sales"),
    Role.SUPPLIER_PRODUCTION.value: ("협력사 생산", "supplier production", "생산", "production"),
    Role.SUPPLIER_QUALITY.value: ("협력사 품질", "supplier quality", "품질", "quality"),
    Role.TENANT_ADMIN.value: ("관리자", "administrator", "admin"),
    Role.COORDINATOR.value: ("운영기관 담당", "cluster coordinator", "coordinator"),
}
LANGUAGES = {"ko": ("한국어", "korean", "kor"), "en": ("영어", "english", "eng")}


class PeopleRows(Incoming):
    """Found again by address: who works here, and who is invited."""

    name = "people"
    url_name = "accounts:people"
    label = _("People")
    act = "manage_people"
    fields = (
        Field(
            "email",
            _("E-mail"),
            words=words("이메일 메일 전자우편 email emailaddress mail 이메일주소 메일주소"),
            is_required=True,
            text="code",
            max_length=254,
            is_compared=False,
        ),
        Field("name", _("Name of the person"), words=words("이름 성명 담당자 name fullname person"), is_compared=False),
        Field("title", _("Job title"), words=words("직책 직위 직급 jobtitle title position 부서직책"), max_length=80),
        Field(
            "roles",
            _("Roles"),
            words=words("역할 권한 업무 role roles 담당업무"),
            is_required=True,
            choices=ROLES,
            several=True,
        ),
        Field("language", _("Language"), words=words("언어 language sprache"), choices=LANGUAGES, is_compared=False),
    )

    def key(self, values: Values) -> Hashable:
        return values["email"].casefold()

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        """Three statements."""
        wanted = {self.key(row) for row in rows}
        found: dict[Hashable, Standing] = {}
        for invitation in open_invitations().filter(email__in=wanted):
            values = {"email": invitation.email, "name": invitation.name, "title": invitation.title or None}
            values |= {"roles": _joined(invitation.roles), "language": invitation.language, "is_member": False}
            found[invitation.email] = Standing(invitation.pk, values, f"invited|{values['roles']}|{values['title']}")
        for values, pk, is_active in _members():
            if values["email"] in wanted:
                version = f"{is_active}|{values['roles']}|{values['title']}"
                found[values["email"]] = Standing(pk, values | {"is_member": True, "is_active": is_active}, version)
        return found

    def every(self, most: int | None = None) -> Iterable[Values]:
        return islice((values for values, _pk, is_active in _members() if is_active), most)

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> None:
        for index, entry in enumerate(entries):
            values, standing = entry.values, entry.standing
            roles = values["roles"].split(LIST)
            with places([index]):
                if standing is None:
                    _check_address(values["email"])
                    invitations.invite(
                        email=values["email"],
                        roles=roles,
                        name=values.get("name") or "",
                        title=values.get("title") or "",
                        language=values.get("language") or ("en" if get_language() == "en" else "ko"),
                    )
                elif not standing.values["is_member"]:
                    invitations.revoke(invitation_id=standing.id)
                    said = {**standing.values, **{name: value for name, value in values.items() if value is not None}}
                    invitations.invite(
                        email=said["email"],
                        roles=roles,
                        name=said["name"],
                        title=said["title"] or "",
                        language=said["language"],
                    )
                else:
                    if not standing.values["is_active"]:
                        raise PersonLocked(place="email", value=values["email"])
                    memberships.change_member(membership_id=standing.id, roles=roles, title=values.get("title"))

    def take_back(self, entries: Sequence[tuple[Values | None, Standing]]) -> None:
        for before, standing in entries:
            if standing.values["is_member"] and before is not None:
                roles = before["roles"].split(LIST)
                memberships.change_member(membership_id=standing.id, roles=roles, title=before["title"] or "")
                continue
            invitations.revoke(invitation_id=standing.id)
            if before is not None:
                given = {name: before[name] or "" for name in ("email", "name", "title", "language")}
                invitations.invite(roles=before["roles"].split(LIST), **given)


def _members() -> list[tuple[dict[str, Any], int, bool]]:
    """Values, membership, whether it is open, of all who work for the firm; two statements."""
    roles = roles_by_user()
    rows = Membership.objects.filter(ended_at=None).select_related("user").order_by("user__email")
    return [(_values(row, row.user, roles.get(row.user_id, [])), row.pk, row.is_active) for row in rows]


def _values(row: Membership, user: User, roles: list[str]) -> dict[str, Any]:
    return {
        "email": user.email,
        "name": user.name,
        "title": row.title or None,
        "roles": _joined(roles),
        "language": user.language,
    }


def _joined(roles: Iterable[str]) -> str:
    held = set(roles)
    return LIST.join(role for role in ROLES if role in held)


def _check_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidAddress(place="email", value=address) from error
