"""Passwords: set by mailed link, changed, reset by the operator; and the sessions that end with them."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.tenancy.scope import identity
from tests.apps.accounts.test_access import sign_in
from tests.world import PASSWORD

EMAIL = "buyer@test.example"
NEW = "another-long-password-2"
RESET = "/account/password/reset/"
ENGLISH = {"accept-language": "en"}
KEY = "0123456789abcdef" * 2


def ask(email=EMAIL, **headers):
    return Client(headers=headers).post(RESET, {"email": email})


def link_in(letter) -> str:
    """The path of the mail's link, which stands in the text and in the page alike."""
    (address,) = re.findall(r"http\S+/account/password/reset/\S+", letter.body)
    assert address in letter.alternatives[0].content
    return re.sub("^https?://[^/]+", "", address)


def open_form(client, link):
    """Follow the link to the form: its address no longer holds the key."""
    response = client.get(link)
    assert response.status_code == 302
    assert link.split("/")[-2] not in response.headers["location"]
    return response.headers["location"]


def test_a_mailed_link_sets_a_new_password_once_and_ends_other_sessions(world):
    there, here = Client(), Client()
    sign_in(there, EMAIL, PASSWORD)
    assert ask().headers["location"] == "/account/password/reset/sent/"
    link = link_in(mail.outbox[0])
    form = open_form(here, link)
    assert here.post(form, {"password1": NEW, "password2": NEW}).status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert sign_in(Client(), EMAIL, PASSWORD).status_code == 422
    assert sign_in(Client(), EMAIL, NEW).status_code == 302
    assert Client().get(link).status_code == 410
    assert [letter.subject for letter in mail.outbox] == ["Dure: set a new password", "Dure: your password has been changed"]


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ("short-1", "short-1", "at least 10"),
        ("password123", "password123", "too common"),
        ("buyer@test.example", "buyer@test.example", "too similar"),
        (NEW, NEW + "x", "same password"),
    ],
)
def test_a_weak_password_is_refused_with_the_rule(world, first, second, text):
    ask()
    client = Client(headers=ENGLISH)
    response = client.post(open_form(client, link_in(mail.outbox[0])), {"password1": first, "password2": second})
    assert (response.status_code, text in response.content.decode()) == (422, True)


def test_the_rules_of_a_password_stand_where_a_screen_reader_is_sent(world, client_of):
    page = client_of("buyer").get("/account/password/").content.decode()
    assert 'aria-describedby="id_password1_helptext"' in page
    assert re.search(
        r'<div class="help" id="id_password1_helptext"><ul>.*at least 10 characters.*</ul></div>', page, re.DOTALL
    )


def test_known_and_unknown_addresses_are_answered_alike_and_both_get_a_mail(world):
    answers = [ask(email, **ENGLISH) for email in (EMAIL, "BUYER@test.example", "nobody@test.example")]
    assert {(a.status_code, a.headers["location"]) for a in answers} == {(302, "/account/password/reset/sent/")}
    assert [letter.to[0] for letter in mail.outbox] == [EMAIL, EMAIL, "nobody@test.example"]
    assert "there is no account" in mail.outbox[2].body


def test_a_link_does_not_name_the_host_of_the_request(world, settings):
    Client().post(RESET, {"email": EMAIL}, headers={"host": "localhost", "x-forwarded-host": "evil.example"})
    assert f"{settings.PUBLIC_URL}/account/password/reset/" in mail.outbox[0].body


def test_a_link_is_dead_after_its_hours_and_when_forged(world, settings):
    ask()
    link = link_in(mail.outbox[0])
    uid, key = link.strip("/").split("/")[-2:]
    for forged in (f"{RESET}{uid}/{key[:-1]}x/", f"{RESET}zz/{key}/", f"{RESET}{uid}/set-password/", f"{RESET}1/x/"):
        assert Client().get(forged).status_code == 410, forged
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert Client().get(link).status_code == 410


def test_the_mail_speaks_the_language_of_its_reader(world):
    with identity():
        User.objects.filter(email=EMAIL).update(language="ko")
    ask(**ENGLISH)
    assert mail.outbox[0].subject == "두레: 새 비밀번호 설정"
    assert 'lang="ko"' in mail.outbox[0].alternatives[0].content


def test_a_reset_asked_for_again_and_again_stops(world):
    assert [ask().status_code for _ in range(6)] == [302] * 5 + [429]
    assert ask("BUYER@test.example").status_code == 429
    assert ask("supplier@test.example").status_code == 302
    assert len(mail.outbox) == 6


def test_a_link_unlocks_who_was_locked_out(world):
    for _ in range(6):
        sign_in(Client(), EMAIL, "wrong")
    assert sign_in(Client(), EMAIL, PASSWORD).status_code == 429
    ask()
    client = Client()
    client.post(open_form(client, link_in(mail.outbox[0])), {"password1": NEW, "password2": NEW})
    assert sign_in(Client(), EMAIL, NEW).status_code == 302


def test_a_changed_password_signs_other_devices_out(world):
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client, EMAIL, PASSWORD)
    body = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/account/password/", {**body, "oldpassword": "wrong"}).status_code == 422
    assert there.get("/").status_code == 200
    assert here.post("/account/password/", body).status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert sign_in(Client(), EMAIL, NEW).status_code == 302
    assert mail.outbox[0].to == [EMAIL]


def test_sessions_are_listed_and_ended(world):
    here, phone, other = Client(), Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Safari/604.1"}), Client()
    for client in (here, phone, other):
        sign_in(client, EMAIL, PASSWORD)
    page = here.get("/account/sessions/").content.decode()
    assert page.count("<tr tabindex") == 3
    assert "Safari · iPhone" in page
    with identity():
        from allauth.usersessions.models import UserSession

        row = UserSession.objects.get(session_key=phone.session.session_key)
        foreign = UserSession.objects.exclude(user_id=row.user_id).count()
    assert foreign == 0
    assert here.post("/account/sessions/", {"session": row.pk}).status_code == 302
    assert [client.get("/").status_code for client in (here, phone, other)] == [200, 302, 200]
    here.post("/account/sessions/")
    assert [client.get("/").status_code for client in (here, other)] == [200, 302]


def test_another_persons_session_cannot_be_ended(world):
    here, theirs = Client(), Client()
    sign_in(here, EMAIL, PASSWORD)
    sign_in(theirs, "receiver@test.example", PASSWORD)
    with identity():
        from allauth.usersessions.models import UserSession

        row = UserSession.objects.get(session_key=theirs.session.session_key)
    here.post("/account/sessions/", {"session": row.pk})
    here.post("/account/sessions/")
    assert theirs.get("/").status_code == 200


def test_the_operator_makes_a_link(world):
    out = StringIO()
    call_command("reset_password", "BUYER@test.example", stdout=out)
    client = Client()
    form = open_form(client, re.sub("^https?://[^/]+", "", out.getvalue().strip()))
    assert client.post(form, {"password1": NEW, "password2": NEW}).status_code == 302
    call_command("reset_password", EMAIL, "--mail", stdout=out)
    assert link_in(mail.outbox[-1])
    with pytest.raises(CommandError, match="no open account"):
        call_command("reset_password", "nobody@test.example")


def test_the_operator_changes_a_password(world, monkeypatch):
    from django.contrib.auth.management.commands import changepassword

    monkeypatch.setattr(changepassword.getpass, "getpass", lambda prompt: NEW)
    call_command("changepassword", EMAIL, stdout=StringIO())
    assert sign_in(Client(), EMAIL, NEW).status_code == 302


def test_what_is_left_of_ended_sessions_is_swept(committed, world):
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session

    from apps.accounts.tasks import purge_expired

    old, new = Client(), Client()
    for client in (old, new):
        sign_in(client, EMAIL, PASSWORD)
    Session.objects.filter(pk=old.session.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    purge_expired()
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [new.session.session_key]


def test_a_form_for_a_forgotten_password_mails_once(world):
    browser, form = Client(headers={"accept-language": "en"}), {"email": "buyer@test.example", "form_key": KEY}
    answers = [browser.post(RESET, form) for _ in range(2)]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(302, RESET + "sent/")] * 2
    assert len(mail.outbox) == 1
    browser.post(RESET, form | {"email": "supplier@test.example"})  # after going back, with another address
    browser.post(RESET, form | {"form_key": KEY[::-1]})
    assert [letter.to for letter in mail.outbox[1:]] == [["supplier@test.example"], ["buyer@test.example"]]
    assert browser.post(RESET, form | {"form_key": "x"}).status_code == 400


def test_a_form_that_failed_or_was_refused_may_be_sent_again(world, monkeypatch):
    browser, form = Client(), {"email": "buyer@test.example", "form_key": KEY}
    with monkeypatch.context() as patch:
        patch.setattr("apps.accounts.adapter.send_letter", lambda *arguments: (_ for _ in ()).throw(OSError("planted")))
        with pytest.raises(OSError, match="planted"):
            browser.post(RESET, form)
    with monkeypatch.context() as patch:
        patch.setattr("allauth.core.ratelimit.consume_or_429", lambda *arguments, **options: HttpResponse(status=429))
        assert browser.post(RESET, form).status_code == 429
    assert mail.outbox == []
    assert browser.post(RESET, form).status_code == 302
    assert len(mail.outbox) == 1
