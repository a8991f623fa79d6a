"""Sign-in, reset by mailed link, change of password, sessions: in a browser, in both languages."""

import re

import pytest
from django.core import mail
from django.test import Client

from apps.accounts.identities import change_person
from tests.apps.accounts.test_access import sign_in
from tests.pages.test_screens import PICTURES
from tests.world import PASSWORD

pytestmark = pytest.mark.browser
EMAIL = "buyer@test.example"
NEW = "another-long-password-2"
WORDS = {
    "en": {
        "sign-in": "Sign in",
        "wrong": "The e-mail address or the password is wrong.",
        "forgot": "Forgot your password?",
        "sent": "Look at your mail",
        "subject": "Dure: set a new password",
        "dead": "This link no longer works",
        "changed": "Your password has been changed",
        "here": "This device",
        "out": "Sign out all others",
    },
    "ko": {
        "sign-in": "로그인",
        "wrong": "이메일 주소 또는 비밀번호가 틀렸습니다.",
        "forgot": "비밀번호를 잊으셨습니까?",
        "sent": "메일을 확인하십시오",
        "subject": "두레: 새 비밀번호 설정",
        "dead": "더 이상 사용할 수 없는 링크입니다",
        "changed": "비밀번호가 변경되었습니다",
        "here": "현재 기기",
        "out": "다른 기기 모두 로그아웃",
    },
}


@pytest.fixture(params=["en", "ko"])
def language(request, world, committed):
    change_person(world.people["buyer"].pk, language=request.param)
    return request.param


def shoot(screen, name, language):
    PICTURES.mkdir(parents=True, exist_ok=True)
    for width in (1440, 390):
        screen.page.set_viewport_size({"width": width, "height": 844})
        screen.page.screenshot(path=PICTURES / f"identity-{name}-{width}-{language}.png", full_page=True)
        overflow = screen.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, (name, width)


def complained_of(screen, status):
    """Take away what the browser says of an answer that was asked for."""
    found = [text for text in screen.complaints if str(status) in text]
    screen.complaints[:] = [text for text in screen.complaints if text not in found]
    return len(found)


def test_who_forgot_the_password_comes_in_by_mail(screen_of, language):
    words = WORDS[language]
    screen = screen_of(None, language=language)
    page = screen.page
    screen.go("/orders/")
    page.wait_for_url("**/account/sign-in/?next=/orders/")
    page.fill("[name=login]", EMAIL)
    page.fill("[name=password]", "wrong")
    page.click("button.primary")
    page.get_by_text(words["wrong"]).wait_for()
    assert complained_of(screen, 422)
    shoot(screen, "sign-in", language)
    page.get_by_text(words["forgot"]).click()
    page.fill("[name=email]", EMAIL)
    shoot(screen, "reset", language)
    page.click("button.primary")
    page.get_by_role("heading", name=words["sent"]).wait_for()
    shoot(screen, "reset-sent", language)
    assert mail.outbox[0].subject == words["subject"]
    link = re.search(r"/account/password/reset/\S+", mail.outbox[0].body).group()
    screen.go(link)
    page.fill("[name=password1]", NEW)
    page.fill("[name=password2]", NEW)
    shoot(screen, "new-password", language)
    page.click("button.primary")
    page.wait_for_url(screen.address + "/")
    page.get_by_text(words["changed"]).wait_for()
    screen.go(link)
    page.get_by_role("heading", name=words["dead"]).wait_for()
    assert complained_of(screen, 410)
    shoot(screen, "dead-link", language)


def test_a_new_password_and_the_other_devices(screen_of, language):
    words = WORDS[language]
    phone = Client(headers={"user-agent": "Mozilla/5.0 (Linux; Android 15) SamsungBrowser/27.0 Chrome/125.0 Safari/537.36"})
    sign_in(phone, EMAIL, PASSWORD)
    screen = screen_of(None, language=language)
    page = screen.page
    screen.go("/account/sign-in/?next=/account/sessions/")
    page.fill("[name=login]", EMAIL.upper())
    page.fill("[name=password]", PASSWORD)
    page.click("button.primary")
    page.wait_for_url("**/account/sessions/")
    page.get_by_text(words["here"]).wait_for()
    page.get_by_text("Samsung Internet · Android").wait_for()
    shoot(screen, "sessions", language)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name=words["out"]).click()
    page.get_by_text("Samsung Internet").wait_for(state="detached")
    assert phone.get("/").status_code == 302
    sign_in(phone, EMAIL, PASSWORD)
    screen.go("/account/password/")
    for name, value in (("oldpassword", PASSWORD), ("password1", NEW), ("password2", NEW)):
        page.fill(f"[name={name}]", value)
    shoot(screen, "password", language)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.click("main form:has([name=oldpassword]) button.primary")
    page.get_by_text(words["changed"]).wait_for()
    shoot(screen, "settings", language)
    assert phone.get("/").status_code == 302


def test_the_mails_as_they_are_read(screen_of, language):
    """Letters are pages too: drawn, and looked at."""
    client = Client(headers={"accept-language": language})
    for address in (EMAIL, "nobody@test.example"):
        client.post("/account/password/reset/", {"email": address})
    screen = screen_of(None, language=language)
    for name, letter in zip(("reset", "unknown"), mail.outbox, strict=True):
        screen.page.set_content(letter.alternatives[0].content)
        shoot(screen, f"mail-{name}", language)
        assert screen.page.locator(f"html[lang={language}]").count() == 1
        assert letter.body.count("\n\n") >= 2
