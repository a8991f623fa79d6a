"""What accounts show to the walks."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from apps.accounts import invitations, services, stand_ins, tablets
from tests.rooms import Shown
from tests.world import World, as_person


def stock(world: World) -> None:
    for n in range(3):
        with as_person(world, "buyer-admin"):
            services.create_token(name=f"=ERP {n}", acts=["view_orders"], days=9)
            invitations.invite(email=f"new{n}@test.example", name="=new", title="", roles=["receiver"], language="en")


def things(world: World) -> Mapping[str, int]:
    """A shared tablet of the buyer, and a colleague who stands in for one."""
    with as_person(world, "buyer"):
        inspector, today = world.people["inspector"].pk, timezone.localdate()
        away = stand_ins.be_away(stand_in_id=inspector, first_day=today, last_day=today)
    with as_person(world, "buyer-admin"):
        tablet, _secret = tablets.register(name="입고장", lock_minutes=5)
    return {"^account/tablets/": tablet.pk, "^account/away/": away.pk, "<int:stand_in_pk>": away.pk, "stand-ins": away.pk}


SHOWN = Shown(
    things=things,
    fill=things,
    screens=(
        ("sign-in", None, "/account/sign-in/"),
        ("people", "admin", "/account/people/"),
        ("tokens", "buyer", "/account/tokens/"),
        ("settings", "buyer", "/account/settings/"),
        ("away", "buyer", "/account/away/"),
        ("password", "buyer", "/account/password/"),
        ("sessions", "buyer", "/account/sessions/"),
        ("tablets", "admin", "/account/tablets/"),
        ("code", "buyer", "/account/code/"),
        ("reset", None, "/account/password/reset/"),
        ("reset-sent", None, "/account/password/reset/sent/"),
    ),
    values={"accounts.ApiToken": {"expires_at": timezone.now() + timedelta(days=30)}},
    empty={
        ("*", "/account/tokens/"): "a token is made by who uses it, and its secret is shown to nobody else",
        ("*", "/account/tablets/"): "a tablet is registered at the device itself",
    },
    texts={
        "accounts_user.email": "checked by EmailField",
        "accounts_user.password": "a hash",
        "accounts_user.time_zone": "one of a list, checked by the form",
        "accounts_invitation.email": "checked by EmailField",
        "accounts_apitoken.prefix": "drawn by us",
        "accounts_idempotentrequest.key": "visible ASCII, checked at the door",
    },
    histories={
        "accounts.Membership": "the page of a colleague says joined, locked, left, and the job title",
        "accounts.StandIn": "the page of a colleague says when they were away and who stood in",
        "accounts.RoleHolding": "the page of a colleague says role given and taken",
        "accounts.Invitation": "the list of people shows asked, sent, accepted and revoked; nothing else of it changes",
    },
    listed={"people": "/account/people/", "invitations": "/account/people/invitations/", "tokens": "/account/tokens/"},
    readers=dict.fromkeys(("people", "invitations", "tokens"), "admin"),
    stock=stock,
    unasked={
        "account/tablet/": "asked by nobody signed in: whoever is there is out",
        "account/sign-in/": "signs the same person in again",
        "account/sign-out/": "who is signed out stays it",
        "account/password/reset/<str:uidb36>/<str:key>/": "a link works once",
        "account/join/<str:token>/": "an invitation is accepted once",
        "account/password/reset/": "asked by nobody signed in: `answer_once`, tests/apps/accounts/test_passwords.py",
    },
)
