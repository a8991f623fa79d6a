"""The own address changed by its owner, in a browser and in both languages; the letters are read from the mailboxes."""

import re

import pytest
from django.core import mail

from apps.accounts import tasks
from apps.accounts.identities import change_person
from tests.apps.accounts.test_letters import is_sound
from tests.world import PASSWORD

from .test_sign_in import complained_of, shoot

pytestmark = pytest.mark.browser
OLD, NEW, TAKEN = "buyer@test.example", "moved@elsewhere.example", "supplier@test.example"
LINK = re.compile(r"/account/address/\S+")
WORDS = {
    "en": {
        "change": "Change e-mail address",
        "wrong": "This is not your present password.",
        "asked": "A link goes to ADDRESS. Until you use it, you sign in with the present address.",
        "confirm": "Use this address",
        "done": f"You sign in with {NEW} from now on.",
        "refused": "The e-mail address or the password is wrong.",
        "gone": "This link no longer works.",
        "subjects": [
            "Dure: this address has an account",
            "Dure: another address is asked for",
            "Dure: confirm your new address",
            "Dure: another address is asked for",
            "Dure: your address has been changed",
        ],
    },
    "ko": {
        "change": "이메일 주소 변경",
        "wrong": "현재 비밀번호가 아닙니다.",
        "asked": "ADDRESS 주소로 링크를 보냅니다. 링크를 사용할 때까지는 현재 주소로 로그인합니다.",
        "confirm": "이 주소 사용",
        "done": f"이제 {NEW} 주소로 로그인합니다.",
        "refused": "이메일 주소 또는 비밀번호가 틀렸습니다.",
        "gone": "이 링크는 더 이상 유효하지 않습니다.",
        "subjects": [
            "두레: 이미 계정이 있는 주소입니다",
            "두레: 이메일 주소 변경 요청",
            "두레: 새 이메일 주소 확인",
            "두레: 이메일 주소 변경 요청",
            "두레: 이메일 주소가 변경되었습니다",
        ],
    },
}


class Worker:
    """Keeps what it is asked to do until the test lets it."""

    def __init__(self, monkeypatch):
        self.asked = []
        for task in (tasks.send_address_letters, tasks.send_address_changed):
            monkeypatch.setattr(task, "delay", lambda task=task, **given: self.asked.append((task, given)))

    def work(self):
        """Do what was asked for; how many things that were."""
        todo, self.asked = self.asked, []
        for task, given in todo:
            task(**given)
        return len(todo)


@pytest.fixture
def worker(monkeypatch):
    return Worker(monkeypatch)


@pytest.fixture(params=["en", "ko"])
def language(request, world, committed):
    for person in world.people.values():
        change_person(person.pk, language=request.param)
    return request.param


def sign_in(screen, email):
    screen.page.fill("[name=login]", email)
    screen.page.fill("[name=password]", PASSWORD)
    screen.page.click("main button.primary")


def ask(screen, words, address, password=PASSWORD):
    screen.go("/account/settings/")
    screen.page.get_by_role("link", name=words["change"]).click()
    screen.page.fill("[name=email]", address)
    screen.page.fill("[name=oldpassword]", password)
    screen.page.click("main form:has([name=oldpassword]) button.primary")


def told(screen, address):
    """The note that follows; its address taken out."""
    screen.page.wait_for_url("**/account/settings/")
    return screen.page.locator(".note:visible").inner_text().replace(address, "ADDRESS")


def test_a_new_address_is_asked_for_confirmed_signed_out_and_in_force(screen_of, world, language, worker):
    words = WORDS[language]
    here = screen_of(None, language=language)
    here.go("/account/sign-in/")
    sign_in(here, OLD)
    here.page.wait_for_selector("#live.on")
    ask(here, words, NEW, "wrong")
    here.page.get_by_text(words["wrong"]).wait_for()
    assert complained_of(here, 422)
    shoot(here, "address-wrong", language)
    assert worker.asked == []
    for address in (TAKEN, NEW):  # by the page nobody learns which of them has an account
        ask(here, words, address)
        assert told(here, address) == words["asked"]
    shoot(here, "address-asked", language)
    assert worker.work() == 2
    assert [letter.to for letter in mail.outbox] == [[TAKEN], [OLD], [NEW], [OLD]]
    for letter in mail.outbox:
        is_sound(letter)
        assert bool(LINK.search(letter.body)) == (letter.to == [NEW])
    assert NEW in mail.outbox[3].body

    here.page.wait_for_selector("#live.on")
    there = screen_of(None, language=language, width=390, height=844)
    link = LINK.search(mail.outbox[2].body).group()
    there.go(link)
    there.page.wait_for_url("**/account/sign-in/?next=**")
    sign_in(there, OLD)
    there.page.get_by_role("button", name=words["confirm"]).wait_for()
    shoot(there, "address-confirm", language)
    assert worker.asked == []
    there.page.get_by_role("button", name=words["confirm"]).click()
    there.page.get_by_text(words["done"]).wait_for()
    shoot(there, "address-done", language)
    assert worker.work() == 1
    assert mail.outbox[-1].to == [OLD]
    assert [letter.subject for letter in mail.outbox] == words["subjects"]

    here.page.wait_for_url("**/account/sign-in/**")  # the other device: its open page learns by its socket that it is out
    sign_in(here, OLD)
    here.page.get_by_text(words["refused"]).wait_for()
    assert complained_of(here, 422)
    sign_in(here, NEW)
    here.page.wait_for_selector("#live.on")
    here.go(link)
    here.page.get_by_role("heading", name=words["gone"]).wait_for()
    assert complained_of(here, 410)


def test_somebody_else_who_opens_the_link_changes_nothing(screen_of, world, language, worker):
    words = WORDS[language]
    ask(screen := screen_of("buyer", language=language), words, NEW)
    told(screen, NEW)
    worker.work()
    other = screen_of("supplier", language=language)
    other.go(LINK.search(mail.outbox[0].body).group())
    other.page.locator("main.gate form[action='/account/sign-out/']").wait_for()
    assert complained_of(other, 403)
    assert NEW not in other.page.content()
    shoot(other, "address-other-account", language)
    assert other.page.get_by_role("button", name=words["confirm"]).count() == 0
