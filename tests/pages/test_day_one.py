"""From an empty installation to a led cluster with its lead, suppliers on their phones and people; in Korean, in a browser.

Acts are clicks that send something, pages are addresses opened; both are counted, so that a longer way is noticed.
"""

import re

import pytest
from django.core import mail

from apps.accounts import invitations
from apps.accounts.selectors import open_invitations
from apps.joining import firms, first_code
from apps.joining.models import FirmInvitation
from apps.tenancy.models import Cluster, Organization
from apps.tenancy.scope import organization_scope, unscoped
from tests import world as worlds
from tests.apps.joining.firms import valid
from tests.invitations import LINK as PERSON
from tests.world import SYSTEM

from .conftest import open_screen
from .test_screens import PICTURES, look

pytestmark = pytest.mark.browser
FIRM = re.compile(r"/start/firm/[^/\s]+/")
PASSWORD = "only-mine-9999"
SUPPLIERS = [(valid(f"{310 + n}8112345"), f"협력사 {n + 1}", f"owner{n + 1}@supplier.example") for n in range(8)]


@pytest.fixture
def screens(browser, address, committed):
    """Browsers of people of an empty installation; a complaint of a page fails the test."""
    worlds.reset()
    opened = []

    def make(width=1440, height=900):
        opened.append(open_screen(browser, address, None, width=width, height=height, language="ko"))
        return opened[-1]

    yield make
    for screen in opened:
        screen.page.goto("about:blank")
        screen.page.context.close()
    assert not [c for s in opened for c in s.complaints]


class Way:
    """One person's way: what they fill in and press."""

    def __init__(self, screen):
        self.screen, self.page, self.acts = screen, screen.page, 0

    def fill(self, **fields):
        for name, value in fields.items():
            self.page.fill(f"[name={name}]", value)

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()
        self.acts += 1

    def shows(self, text):
        self.page.get_by_text(text).locator("visible=true").first.wait_for()

    def looks(self, picture):
        """Axe and the rules of touch and overflow on a page that the example cluster does not have; leaves a picture."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        assert look(self.screen, picture) == []


def mailed_firms() -> dict[str, str]:
    """What the worker does with every firm that waits: address → path of its link."""
    with unscoped(reason=SYSTEM):
        waiting = list(FirmInvitation.objects.filter(sent_at=None).values_list("pk", "office_id", "email"))
    found = {}
    for pk, office, email in waiting:
        with organization_scope(office, source="task"):
            firms.deliver(invitation_id=pk)
        assert mail.outbox[-1].to == [email]
        assert "초대" in mail.outbox[-1].subject
        found[email] = FIRM.search(mail.outbox[-1].body).group()
    return found


def join(way, link, name, firm=None, picture=None):
    """On a phone: read, accept both texts, name the administrator."""
    way.screen.go(link)
    way.shows("이용약관")
    if picture:
        way.looks(picture)
        way.page.get_by_text("이용약관").first.click()
        way.looks(f"{picture}-open")
        way.screen.go(link)
    for box in way.page.locator("input[type=checkbox]").all():
        box.check()
    if firm:
        way.fill(legal_name=firm)
    way.fill(name=name, password1=PASSWORD, password2=PASSWORD)
    way.press("클러스터 참여")
    way.shows("참여했습니다.")


def keeps_what_was_typed(way):
    """Switch to English and back: words and choices stay, passwords are kept nowhere."""
    way.page.check("[name=kind][value=lead]")
    way.fill(legal_name="운영", email="lee@office.example", password1=PASSWORD)
    way.press("English")
    way.page.get_by_role("heading", name="First day").wait_for()
    assert way.page.input_value("[name=legal_name]") == "운영"
    assert way.page.input_value("[name=email]") == "lee@office.example"
    assert way.page.is_checked("[name=kind][value=lead]")
    assert way.page.input_value("[name=password1]") == ""
    way.press("한국어")
    way.page.check("[name=kind][value=office]")


def test_from_nothing_to_a_led_cluster_at_work(screens):
    office = Way(screens())
    office.screen.go("/")
    office.looks("begin-code-1440-ko")
    office.fill(code=first_code.renew())
    office.press("계속")
    office.looks("begin-1440-ko")
    keeps_what_was_typed(office)
    office.fill(legal_name="충남 디지털클러스터 운영기관", name="이은서", email="lee@office.example")
    office.fill(password1=PASSWORD, password2=PASSWORD)
    office.press("시작")
    office.shows("설치가 시작되었습니다.")
    office.acts -= 2  # the languages
    assert office.acts == 2

    office.page.get_by_role("link", name="클러스터: 지금 하기").click()
    office.page.check("[name=kind][value=led]")
    office.fill(name="충남 EV 부품 클러스터", region="충남, 대전")
    office.press("만들기")
    office.shows("이제 기업을 초대하십시오.")
    office.page.get_by_role("link", name="기업 초대").first.click()
    office.page.select_option("[name=kind]", "lead")
    office.fill(number="124-81-55509", name="한빛모빌리티", email="moon@hanbit.example")
    office.press("초대")
    office.shows("초대 메일을 보냅니다.")

    (link,) = mailed_firms().values()
    lead = Way(screens())
    join(lead, link, "문태오", "한빛모빌리티 주식회사")
    assert lead.acts == 1
    lead.page.get_by_role("link", name="클러스터의 기업: 지금 하기").click()
    rows = "\n".join(f"{number}\t{name}\t{email}" for number, name, email in SUPPLIERS)
    wrong = rows.replace(SUPPLIERS[2][2], "owner3@")
    lead.fill(rows=wrong)
    with lead.page.expect_response(lambda answer: answer.status == 422):
        lead.press("초대")
    lead.shows("1개 행은 초대할 수 없어 아무도 초대하지 않았습니다.")
    lead.screen.complaints.clear()
    lead.looks("invite-faults-1440-ko")
    assert mailed_firms() == {}
    lead.fill(rows=lead.page.input_value("[name=rows]").replace("owner3@\n", f"{SUPPLIERS[2][2]}\n"))
    lead.press("초대")
    lead.shows("기업 8곳에 초대 메일을 보냅니다.")

    links = mailed_firms()
    assert set(links) == {email for _number, _name, email in SUPPLIERS}
    for _number, name, email in SUPPLIERS[:2]:
        phone = Way(screens(width=390, height=844))
        join(phone, links[email], f"{name} 사장", picture=f"join-firm-390-ko-{name}")
        phone.looks(f"start-390-ko-{name}")
        assert phone.acts == 1
        phone.shows(name)
        phone.screen.go("/account/people/")
        phone.fill(email=email.replace("owner", "second"))
        phone.page.check("[name=roles][value=supplier-production]")
        phone.press("초대")
    second = Way(screens(width=390, height=844))
    second.screen.go(person_link("second1@supplier.example"))
    second.fill(name="김생산", password1=PASSWORD, password2=PASSWORD)
    second.press("초대 수락")
    second.shows("협력사 1 소속으로 일합니다.")

    office.screen.go("/clusters/")
    office.page.get_by_role("link", name="충남 EV 부품 클러스터", exact=True).click()
    office.shows("협력사 8")
    office.looks("desk-1440-ko")
    table = office.page.locator("table.rows").inner_text()
    assert table.count("초대됨") == 6
    assert "사업장 등록" in table  # what 협력사 1 needs next
    with unscoped(reason=SYSTEM):
        cluster = Cluster.objects.get()
        assert (cluster.kind, cluster.lead.legal_name) == ("led", "한빛모빌리티 주식회사")
        assert Organization.objects.count() == 4


def person_link(email: str) -> str:
    from apps.accounts.models import Invitation

    with unscoped(reason=SYSTEM):
        found = Invitation.objects.get(email=email)
    with organization_scope(found.organization_id, source="task"):
        assert open_invitations().filter(pk=found.pk).exists()
        invitations.deliver(invitation_id=found.pk)
    return PERSON.search(mail.outbox[-1].body).group()
