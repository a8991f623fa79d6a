"""From the form to the first page, in a browser and in both languages: invited, mailed, accepted, signed in."""

import pytest
from django.core import mail

from apps.accounts import selectors
from apps.tenancy.scope import organization_scope
from tests.invitations import LINK, deliver
from tests.world import PASSWORD

pytestmark = pytest.mark.browser
WORDS = {
    "en": {
        "invite": "Invite", "accept": "Accept the invitation", "sign in": "Sign in", "end": "End membership",
        "subject": "Dure: Daesung invites you", "welcome": "You work for Daesung now.", "role": "Supplier sales",
    },
    "ko": {
        "invite": "초대", "accept": "초대 수락", "sign in": "로그인", "end": "소속 종료",
        "subject": "두레: 대성의 초대", "welcome": "이제 대성 소속으로 일합니다.", "role": "협력사 영업",
    },
}  # fmt: skip


@pytest.fixture(params=["en", "ko"])
def language(request, world, committed):
    """The language of everybody in the test."""
    from apps.accounts.models import User
    from apps.tenancy.scope import unscoped
    from tests.world import SYSTEM

    with unscoped(reason=SYSTEM):
        User.objects.update(language=request.param)
    return request.param


def invite(screen, email, words, language):
    """The administrator fills in the form; what the worker does comes after."""
    screen.go("/account/people/")
    screen.page.fill("[name=email]", email)
    screen.page.select_option("select[name=language]", language)
    screen.page.check("[name=roles][value=supplier-sales]")
    screen.page.get_by_role("button", name=words["invite"], exact=True).click()
    screen.page.get_by_role("cell", name=email, exact=True).wait_for()


def mailed(world, email):
    with organization_scope(world.supplier.pk):
        invitation = selectors.open_invitations().get(email=email)
    return deliver(invitation)


def test_a_new_person_is_invited_and_comes_in(screen_of, world, language):
    words, email = WORDS[language], "newhire@test.example"
    admin = screen_of("supplier", language=language)
    invite(admin, email, words, language)
    link = mailed(world, email)
    assert (mail.outbox[-1].subject, mail.outbox[-1].to) == (words["subject"], [email])
    assert words["role"] in mail.outbox[-1].body
    assert LINK.search(admin.page.content()) is None
    person = screen_of(None, language=language, width=390, height=844)
    person.go(link)
    person.page.fill("[name=name]", "한가람")
    person.page.fill("[name=password1]", "only-mine-9999")
    person.page.fill("[name=password2]", "only-mine-9999")
    person.page.get_by_role("button", name=words["accept"]).click()
    person.page.get_by_text(words["welcome"]).wait_for()
    person.page.wait_for_selector("#live.on")
    admin.go("/account/people/")
    admin.page.get_by_role("link", name="한가람").click()
    admin.page.get_by_role("button", name=words["end"]).click()
    admin.page.locator("dialog[open]").get_by_role("button", name=words["end"]).click()
    admin.page.wait_for_url("**/account/people/")
    assert admin.page.get_by_role("link", name="한가람").count() == 0
    # The open page of whoever left learns it by its socket, asks again and is refused.
    person.page.wait_for_selector("main.gate")
    assert any(complaint.startswith("403 ") for complaint in person.complaints)
    person.complaints.clear()


def test_an_existing_person_signs_in_and_accepts(screen_of, world, language):
    words, email = WORDS[language], "buyer-admin@test.example"
    invite(screen_of("supplier", language=language), email, words, language)
    person = screen_of(None, language=language)
    person.go(mailed(world, email))
    person.page.get_by_role("link", name=words["sign in"]).click()
    person.page.fill("[name=login]", email)
    person.page.fill("[name=password]", PASSWORD)
    person.page.get_by_role("button", name=words["sign in"]).click()
    person.page.get_by_role("button", name=words["accept"]).click()
    person.page.get_by_text(words["welcome"]).wait_for()
