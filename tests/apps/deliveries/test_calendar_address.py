"""An address that a calendar reads by itself: its person's rows and rights, and nothing once either is gone."""

import pytest
from django.core.cache import cache
from django.utils import timezone
from icalendar import Calendar

from apps.accounts import services
from apps.accounts.calendar_addresses import make_calendar_address, own_calendar_address
from apps.accounts.models import ApiToken, Membership, RoleHolding, User
from apps.tenancy.scope import identity, unscoped
from tests.api import ApiClient
from tests.at_once import in_parallel
from tests.chain import announced, confirmed
from tests.world import SYSTEM, as_if, as_person

PAGE = "/deliveries/calendar/"


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


def made(world, who: str) -> str:
    with as_person(world, who):
        return f"{PAGE}{make_calendar_address(acts=['view_deliveries'])}.ics"


def uids(answer) -> set[str]:
    assert answer.status_code == 200
    return {str(event["UID"]).partition("@")[0] for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_the_page_makes_renews_and_withdraws_the_address(world, client, client_of):
    announced(world, confirmed(world))
    page = client_of("buyer")
    addresses = []
    for _times in range(2):
        shown = page.post(PAGE).content.decode()
        address = shown.partition('<p class="mono">')[2].partition("<")[0]
        addresses.append("/" + address.partition("://")[2].partition("/")[2])
        assert f"webcal{address.removeprefix('https').removeprefix('http')}" in shown
    assert [client.get(one).status_code for one in addresses] == [404, 200]
    assert addresses[1].split("/")[-1] not in page.get(PAGE).content.decode()
    page.post(f"{PAGE}withdraw/")
    assert client.get(addresses[1]).status_code == 404
    assert page.post(f"{PAGE}withdraw/").status_code == 404


def test_each_reads_what_its_firm_sees_in_its_own_language(committed, world, client):
    delivery = announced(world, confirmed(world))
    confirmed(world, days=9)
    read = {who: client.get(made(world, who)) for who in ("buyer", "supplier", "stranger")}
    assert f"delivery-{delivery.pk}" in uids(read["buyer"])
    assert uids(read["buyer"]) == uids(read["supplier"])
    assert len(uids(read["buyer"])) == 2
    assert uids(read["stranger"]) == set()
    assert "Set-Cookie" not in read["buyer"].headers
    with identity():
        User.objects.filter(pk=world.people["buyer"].pk).update(language="ko")
    assert "예정" in client.get(made(world, "buyer")).content.decode()


def leaves(person):
    Membership.objects.filter(user=person).update(is_active=False)


def is_closed(person):
    User.objects.filter(pk=person.pk).update(is_active=False)


def changes_the_password(person):
    with identity():
        user = User.objects.get(pk=person.pk)
        user.set_password("another-long-password-2")
        user.save()


def loses_every_role(person):
    RoleHolding._base_manager.filter(user=person).delete()


def withdraws(person):
    ApiToken.objects.filter(user=person).update(revoked_at=timezone.now())


@pytest.mark.parametrize("end", [leaves, is_closed, changes_the_password, loses_every_role, withdraws])
def test_nothing_is_read_once_its_person_is_gone_or_may_no_more(committed, world, client, end):
    address, other = made(world, "buyer"), made(world, "supplier")
    assert client.get(address).status_code == 200
    with unscoped(reason=SYSTEM):
        end(world.people["buyer"])
    assert [client.get(one).status_code for one in (address, other)] == [404, 200]


def test_an_address_is_no_key_for_programs_and_theirs_opens_no_calendar(world, client):
    secret = made(world, "buyer").split("/")[-1].removesuffix(".ics")
    assert client.get("/api/shipments/", headers={"authorization": f"Bearer {secret}"}).status_code == 401
    with as_person(world, "buyer") as door:
        token, key = services.create_token(name="MES", acts=door.scope.acts, days=30)
    assert client.get(f"{PAGE}{key}.ics").status_code == 404
    assert [row["id"] for row in ApiClient(key).get("/api/tokens/").json()["results"]] == [token.pk]
    assert client.get(f"{PAGE}unknown.ics").status_code == 404


def test_a_calendar_is_told_that_nothing_has_changed_and_nothing_on_the_way_keeps_it(world, client):
    address = made(world, "buyer")
    first = client.get(address)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get(address, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    announced(world, confirmed(world))
    changed = client.get(address, headers={"if-none-match": first.headers["ETag"]})
    assert (changed.status_code, len(uids(changed))) == (200, 1)
    assert client.post(address).status_code == 405


def test_an_address_that_is_read_without_end_waits(world, client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"calendar": "2/1h/key"}
    address = made(world, "buyer")
    assert [client.get(address).status_code for _times in range(3)] == [200, 200, 429]


def test_two_at_once_leave_one_address(committed, world):
    def make():
        return made(world, "buyer")

    results = in_parallel(make, make, make)
    assert not [result for result in results if isinstance(result, Exception)]
    with as_person(world, "buyer"):
        assert own_calendar_address() is not None
        assert ApiToken.objects.filter(revoked_at=None, purpose="calendar").count() == 1


def test_the_firm_acted_for_is_the_one_it_was_made_for(world, client):
    """Another firm's row is none of it, whatever its person may see elsewhere."""
    address = made(world, "supplier")
    announced(world, confirmed(world))
    with as_person(world, "supplier"):
        as_if(ApiToken.objects.filter(purpose="calendar"), acts=[])
    assert client.get(address).status_code == 404
