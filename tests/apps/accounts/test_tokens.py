"""A token never does more, or lives longer, than what it was made with."""

from datetime import timedelta

import pytest

from apps.accounts import services
from apps.accounts.models import ApiToken, Membership, User
from apps.tenancy.roles import Role
from apps.tenancy.scope import identity, unscoped
from tests.api import ApiClient
from tests.world import SYSTEM, as_person


def child_of(api: ApiClient, acts=("view_orders",), days: int = 365):
    return api.post("/api/tokens/", {"name": "child", "acts": list(acts), "days": days})


def code(api: ApiClient) -> str:
    return api.get("/api/orders/").json().get("code", "let in")


def test_a_day_old_token_cannot_make_one_that_lives_a_year(world, api_of):
    parent = api_of("buyer", acts=["manage_tokens", "view_orders"], days=1)
    made = child_of(parent).json()
    with as_person(world, "buyer"):
        child, mother = ApiToken.objects.get(pk=made["id"]), ApiToken.objects.exclude(pk=made["id"]).get()
    assert (child.parent_id, child.expires_at) == (mother.pk, mother.expires_at)
    assert child_of(parent, days=1).status_code == 201


def test_a_token_cannot_hand_on_an_act_it_was_not_given(world, api_of):
    parent = api_of("buyer", acts=["manage_tokens", "view_orders"])
    assert child_of(parent, acts=["publish_order"]).json()["code"] == "foreign_act"


def test_children_and_their_children_die_with_a_revoked_token(world, api_of):
    acts = ["manage_tokens", "view_orders"]
    first = api_of("buyer", acts=acts)
    second = ApiClient(child_of(first, acts).json()["secret"])
    third = ApiClient(child_of(second, acts).json()["secret"])
    assert [code(api) for api in (first, second, third)] == ["let in"] * 3
    with as_person(world, "buyer"):
        services.revoke_token(token_id=ApiToken.objects.get(parent=None).pk)
        assert ApiToken.objects.filter(revoked_at=None).count() == 0
    assert [code(api) for api in (first, second, third)] == ["invalid_token"] * 3


def change_password(world, **options):
    with identity():
        user = User.objects.get(pk=world.people["supplier-quality"].pk)
        user.set_password("another-long-password-2")
        user.save(**options)


def change_password_alone(world):
    change_password(world, update_fields=["password"])


def close_account(world):
    User.objects.filter(pk=world.people["supplier-quality"].pk).update(is_active=False)


def end_membership(world):
    Membership.objects.filter(user=world.people["supplier-quality"]).update(is_active=False)


def delete_membership(world):
    Membership.objects.filter(user=world.people["supplier-quality"]).delete()


def reopen(world):
    User.objects.filter(pk=world.people["supplier-quality"].pk).update(is_active=True)
    Membership.objects.filter(user=world.people["supplier-quality"]).update(is_active=True)


ENDINGS = [change_password, change_password_alone, close_account, end_membership, delete_membership]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_token_ends_for_good_with_what_it_rests_on(world, api_of, ending, committed):
    api, neighbour = api_of("supplier-quality"), api_of("supplier")
    with unscoped(reason=SYSTEM):
        ending(world)
        reopen(world)
        ended = ApiToken.objects.filter(user=world.people["supplier-quality"], revoked_at=None)
        assert not ended.exists()
    assert (code(api), code(neighbour)) == ("invalid_token", "let in")


def test_a_sign_in_and_a_renewed_hash_end_no_token(world, api_of, committed, settings):
    api = api_of("supplier-quality")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    with identity():
        user = User.objects.get(pk=world.people["supplier-quality"].pk)
        assert user.check_password("a-long-password-1")
        assert user.password.startswith("pbkdf2")
    assert code(api) == "let in"


def test_a_token_made_for_an_act_that_its_owner_lost_does_it_no_more(world, api_of):
    api = api_of("supplier", acts=["answer_order", "view_orders"])
    with as_person(world, "supplier"):
        services.set_roles(organization_id=world.supplier.pk, user_id=world.people["supplier"].pk, roles=[Role.TENANT_ADMIN])
    assert api.post("/api/orders/1/acknowledge/").json()["code"] == "act_missing"


def test_a_token_that_was_revoked_meanwhile_makes_no_child(world):
    with as_person(world, "buyer") as door:
        token, secret = services.create_token(name="ERP", acts=["manage_tokens"], days=1)
        assert door.scope.token_id is None
    assert child_of(ApiClient(secret), acts=["manage_tokens"]).status_code == 201
    with as_person(world, "buyer"):
        assert ApiToken.objects.get(parent=token).expires_at - token.expires_at == timedelta(0)
