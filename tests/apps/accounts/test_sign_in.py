"""Sign-in, and who is locked out by whose wrong tries: each test is named by what somebody tries."""

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.tenancy.scope import identity, unscoped
from tests.world import PASSWORD, SYSTEM

PAGE = "/account/sign-in/"
VICTIM = "buyer@test.example"
NEIGHBOUR = "supplier@test.example"


def sign_in(client, email=VICTIM, password=PASSWORD, place="203.0.113.7", **headers):
    return client.post(PAGE, {"login": email, "password": password}, REMOTE_ADDR=place, headers=headers).status_code


def wrong(client, times, **options):
    return [sign_in(client, password="wrong", **options) for _ in range(times)]


def test_five_wrong_tries_and_then_the_right_one(world):
    assert wrong(Client(), 6) == [422, 422, 422, 422, 422, 429]
    assert sign_in(Client()) == 429
    english = Client(headers={"accept-language": "en"})
    page = english.post(PAGE, {"login": VICTIM, "password": "wrong"}, REMOTE_ADDR="203.0.113.7").content.decode()
    assert "Wait 15 minutes, or set a new password by mail." in page
    assert sign_in(Client(), NEIGHBOUR) == 302


def test_other_letter_cases_and_spaces_are_the_same_account(world):
    spellings = [
        "Buyer@test.example",
        "BUYER@TEST.EXAMPLE",
        " buyer@test.example ",
        "buyer@Test.Example",
        "bUyEr@test.example",
    ]
    assert [sign_in(Client(), email, "wrong") for email in spellings] == [422] * 5
    assert {sign_in(Client(), email) for email in (*spellings, VICTIM)} == {429}


def test_another_host_name_is_the_same_account(world):
    wrong(Client(), 5)
    assert sign_in(Client(), host="localhost") == 429


def test_a_changing_x_forwarded_for_is_not_believed(world):
    codes = [sign_in(Client(), f"p{n}@test.example", "wrong", **{"x-forwarded-for": f"198.51.100.{n}"}) for n in range(31)]
    assert codes == [422] * 30 + [429]


def test_behind_a_trusted_proxy_the_place_is_what_the_proxy_saw(world, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    proxy = "127.0.0.1"

    def try_from(place, n):
        return sign_in(Client(), f"p{n}@test.example", "wrong", proxy, **{"x-forwarded-for": f"192.0.2.{n}, {place}"})

    assert [try_from("198.51.100.1", n) for n in range(31)] == [422] * 30 + [429]
    assert try_from("198.51.100.2", 40) == 422


def test_many_accounts_from_one_place_with_one_password(world):
    codes = [sign_in(Client(), f"guess{n}@test.example", "Spring-2026!") for n in range(31)]
    assert codes == [422] * 30 + [429]
    assert sign_in(Client(), place="198.51.100.9") == 302


def test_a_victim_behind_the_same_nat_is_not_locked_out_by_a_neighbour(world):
    victim = Client()
    assert sign_in(victim) == 302
    victim.post("/account/sign-out/")
    attacker = Client()
    wrong(attacker, 40)
    for n in range(40):
        sign_in(attacker, f"guess{n}@test.example", "wrong")
    assert sign_in(attacker) == 429
    assert sign_in(victim) == 302


def test_a_hundred_good_sign_ins_from_one_place_lock_nobody_out(world):
    client = Client()
    for _ in range(40):
        assert sign_in(client, NEIGHBOUR) == 302
        client.post("/account/sign-out/")
    assert sign_in(Client()) == 302


def test_a_stolen_or_forged_device_cookie_gives_ten_tries_and_only_for_its_account(world):
    device = Client()
    sign_in(device)
    device.post("/account/sign-out/")
    thief = Client()
    thief.cookies["dure_device"] = device.cookies["dure_device"].value
    assert wrong(thief, 11) == [422] * 10 + [429]
    assert wrong(thief, 6, email=NEIGHBOUR) == [422] * 5 + [429]
    forger = Client()
    forger.cookies["dure_device"] = device.cookies["dure_device"].value[:-2] + "xx"
    assert wrong(forger, 6) == [422] * 5 + [429]


def test_a_locked_account_does_not_use_up_its_place(world):
    wrong(Client(), 50)
    assert wrong(Client(), 1, email="guess@test.example") == [422]


def test_unknown_closed_and_known_are_answered_alike(committed, world):
    with unscoped(reason=SYSTEM):
        User.objects.filter(email="receiver@test.example").update(is_active=False)
    pages = []
    for email, password in ((VICTIM, "wrong"), ("nobody@test.example", "wrong"), ("receiver@test.example", PASSWORD)):
        response = Client(headers={"accept-language": "en"}).post(PAGE, {"login": email, "password": password})
        assert response.status_code == 422
        pages.append(response.content.decode().split("<form")[1].replace(email, "").split("csrfmiddlewaretoken")[0])
        assert "The e-mail address or the password is wrong." in response.content.decode()
    assert len(set(pages)) == 1


def test_a_next_address_is_followed_on_our_own_host_only(world):
    def ends_at(target):
        body = {"login": VICTIM, "password": PASSWORD, "next": target}
        return Client().post(PAGE, body).headers["location"]

    assert ends_at("/orders/?view=all") == "/orders/?view=all"
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:evil.example"):
        assert ends_at(target) == "/", target


def test_nobody_signs_up(world):
    for path in ("/account/signup/", "/account/login/", "/accounts/signup/", "/account/email/", "/account/confirm-email/"):
        assert Client().get(path).status_code == 404


def test_a_sign_in_is_remembered_and_its_session_key_is_new(world):
    client = Client()
    client.get(PAGE)
    before = client.session.session_key
    assert sign_in(client) == 302
    assert client.session.session_key != before
    with identity():
        assert User.objects.get(email=VICTIM).last_login is not None


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_signed_in_goes_on(world, client_of, method):
    assert getattr(client_of("buyer"), method)(PAGE).status_code == 302


def test_a_session_ends_with_the_browser_unless_somebody_asks_to_stay(world, settings):
    """On a shared computer nothing stays; on an own device thirty days, and the server forgets each no later than that."""
    for remember, cookie_days, server in (("", "", settings.SESSION_COOKIE_AGE), ("on", 30, 30 * 24 * 3600)):
        client = Client()
        client.post(PAGE, {"login": VICTIM, "password": PASSWORD, "remember": remember})
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        assert cookie["max-age"] == (cookie_days * 24 * 3600 if cookie_days else "")
        assert abs(client.session.get_expiry_age() - server) < 5
    assert (
        "Stay signed in on this device for 30 days" in Client(headers={"accept-language": "en"}).get(PAGE).content.decode()
    )
