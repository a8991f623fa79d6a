"""The own e-mail address, changed by its owner: by password and by the link that the new mailbox gets."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.test import Client
from django.utils import timezone

from apps.accounts import tasks
from apps.accounts.models import User
from apps.tenancy.scope import identity
from tests.api import ApiClient
from tests.apps.accounts.test_letters import is_sound
from tests.at_once import in_parallel
from tests.invitations import form, link_of
from tests.world import PASSWORD

PAGE = "/account/address/"
OLD, NEW, KNOWN = "buyer@test.example", "moved@elsewhere.example", "supplier@test.example"
OTHER_PASSWORD = "another-long-password-2"


def browser(email=OLD, password=PASSWORD):
    client = Client(headers={"accept-language": "en"})
    return client, client.post("/account/sign-in/", {"login": email, "password": password}).status_code


def signs_in(email, password=PASSWORD):
    return browser(email, password)[1] == 302


@pytest.fixture
def worker(monkeypatch):
    """What the worker is asked to do is done at once; the calls are kept."""
    calls = []
    for name in ("send_address_letters", "send_address_changed"):
        task = getattr(tasks, name)
        monkeypatch.setattr(task, "delay", lambda task=task, **given: (calls.append(given), task(**given)))
    return calls


def ask(client, address=NEW, password=PASSWORD):
    return client.post(PAGE, {"email": address, "oldpassword": password})


def link_in(message):
    return re.search(r"/account/address/\S+", message.body).group()


@pytest.fixture
def asked(committed, world, worker):
    """A signed-in browser and the link that its new mailbox got."""
    here, _status = browser()
    assert ask(here).status_code == 302
    return here, link_in(mail.outbox[0])


def test_a_link_to_the_new_mailbox_and_a_notice_to_the_old_one(asked):
    link, notice = mail.outbox
    assert (link.to, link.subject) == ([NEW], "Dure: confirm your new address")
    assert (notice.to, notice.subject) == ([OLD], "Dure: another address is asked for")
    assert link_in(link) not in notice.body
    assert NEW in notice.body
    for message in mail.outbox:
        is_sound(message)
    assert signs_in(OLD)
    assert not signs_in(NEW)


def test_the_new_address_signs_in_once_confirmed_and_the_old_one_no_longer(asked):
    here, link = asked
    page = here.get(link)
    assert (page.status_code, NEW in page.content.decode()) == (200, True)
    assert not signs_in(NEW), "reading a link changes nothing"
    assert here.post(link).headers["Location"] == "/account/settings/"
    assert NEW in here.get("/account/settings/").content.decode()
    assert (signs_in(NEW), signs_in(OLD)) == (True, False)
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == ([OLD], "Dure: your address has been changed")
    assert (here.get(link).status_code, here.post(link).status_code) == (410, 410)
    answer = Client(headers={"accept-language": "en"}).post("/account/password/reset/", {"email": OLD})
    assert (answer.status_code, mail.outbox[-1].subject) == (302, "Dure: no account for this address")


def test_other_devices_are_signed_out_and_tokens_go_on(asked, world):
    here, link = asked
    there, _status = browser()
    program = ApiClient.of(world, "buyer")
    assert here.post(link).status_code == 302
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)
    assert program.get("/api/me/").status_code == 200
    assert here.get("/account/sessions/").content.decode().count("<tr tabindex") == 1


def test_a_reset_mailed_to_the_old_address_ends(asked):
    here, link = asked
    Client().post("/account/password/reset/", {"email": OLD})
    reset = re.search(r"/account/password/reset/\S+", mail.outbox[-1].body).group()
    assert here.post(link).status_code == 302
    assert Client().get(reset).status_code == 410


def test_known_and_unknown_addresses_are_answered_alike_and_each_mailbox_is_told(committed, world, worker):
    answers = []
    for address in (NEW, KNOWN):
        here, _status = browser()
        answer = ask(here, address.upper())
        said = [str(message).replace(address, "ADDRESS") for message in get_messages(answer.wsgi_request)]
        answers.append((answer.status_code, answer.headers["Location"], said))
    assert answers[0] == answers[1]
    assert "A link goes to ADDRESS." in answers[0][2][0]
    assert worker == [{"user_id": world.people["buyer"].pk, "address": address} for address in (NEW, KNOWN)]
    assert [message.to[0] for message in mail.outbox] == [NEW, OLD, KNOWN, OLD]
    taken = mail.outbox[2]
    assert "has an account already: yours" in taken.body
    assert OLD not in taken.body
    assert "/account/address/" not in taken.body
    is_sound(taken)


def test_without_the_present_password_nothing_is_sent(committed, world, worker):
    here, _status = browser()
    for body in ({"password": "wrong"}, {"address": "no address"}, {"address": OLD.upper()}, {"address": ""}):
        assert ask(here, **body).status_code == 422
    assert (worker, mail.outbox) == ([], [])
    assert Client().post(PAGE, {"email": NEW}).status_code == 302


def test_tries_are_counted_by_person_and_by_mailbox(committed, world, worker):
    here, _status = browser()
    assert [ask(here, f"a{n}@x.example", "wrong").status_code for n in range(6)] == [422] * 5 + [429]
    page = ask(here)
    assert (page.status_code, worker) == (429, [])
    assert "tried too often" in page.content.decode()
    other, _status = browser(KNOWN)
    for _ in range(5):
        assert ask(other).status_code == 302
    third, _status = browser("receiver@test.example")
    assert ask(third, NEW.upper()).status_code == 429, "one mailbox is not flooded by several people"
    assert ask(third, "b@x.example").status_code == 302


def test_a_link_is_worth_nothing_to_others(asked):
    _here, link = asked
    stranger = Client(headers={"accept-language": "en"})
    assert stranger.get(link).headers["Location"].startswith("/account/sign-in/?next=")
    assert stranger.post(link).status_code == 302
    other, _status = browser(KNOWN)
    for answer in (other.get(link), other.post(link)):
        assert (answer.status_code, "another account" in answer.content.decode()) == (403, True)
        assert NEW not in answer.content.decode()
        assert 'action="/account/sign-out/"' in answer.content.decode()
    assert (signs_in(OLD), signs_in(NEW), signs_in(KNOWN)) == (True, False, True)


def test_a_link_ends_with_its_time_and_with_a_changed_password_and_cannot_be_forged(asked):
    here, link = asked
    for forged in (link[:-2] + "x/", PAGE + "x/", PAGE + "é" * 40 + "/"):
        assert here.get(forged).status_code == 410
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.signing.time.time", lambda: (timezone.now() + timedelta(hours=5)).timestamp())
        assert here.post(link).status_code == 410
    assert here.get(link).status_code == 200
    change = {"oldpassword": PASSWORD, "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    assert here.post("/account/password/", change).status_code == 302
    assert here.post(link).status_code == 410
    assert signs_in(OLD, OTHER_PASSWORD)


def test_the_first_of_two_links_ends_the_second(asked):
    here, first = asked
    assert ask(here, "third@x.example").status_code == 302
    second = link_in(mail.outbox[2])
    assert here.post(first).status_code == 302
    assert here.post(second).status_code == 410
    assert (signs_in(NEW), signs_in("third@x.example")) == (True, False)


def test_an_address_that_somebody_took_meanwhile_stays_theirs(asked, world):
    here, link = asked
    newcomer = Client(headers={"accept-language": "en"})
    assert newcomer.post(link_of(world, "supplier", NEW), form()).status_code == 302
    assert here.post(link).status_code == 410
    assert signs_in(OLD)
    with identity():
        assert User.objects.get(email=NEW).name == "Newhire"


def test_a_link_used_in_four_tabs_at_once_changes_once(asked):
    here, link = asked
    answers = in_parallel(*[lambda: here.post(link).status_code for _ in range(4)])
    assert sorted(answers) == [302, 410, 410, 410]
    assert signs_in(NEW)
    assert [message.to for message in mail.outbox].count([OLD]) == 2


def test_mails_speak_the_language_of_their_readers(committed, world, worker):
    with identity():
        User.objects.filter(email=OLD).update(language="ko")
    here, _status = browser()
    ask(here, KNOWN)
    assert [message.subject for message in mail.outbox] == [
        "Dure: this address has an account",
        "두레: 이메일 주소 변경 요청",
    ]


def test_a_token_made_before_the_change_still_ends_with_the_password(asked, world):
    here, link = asked
    program = ApiClient.of(world, "buyer")
    assert here.post(link).status_code == 302
    change = {"oldpassword": PASSWORD, "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    assert here.post("/account/password/", change).status_code == 302
    assert program.get("/api/me/").status_code == 401
