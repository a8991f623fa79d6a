"""From an empty installation to the first order answered and a factory joined, suppliers on phones; and peers; in Korean.

Acts are clicks that send something, pages what the browser opened, fields and signs what somebody typed or chose. All are
counted and printed (pytest -rP), so that a longer way is noticed. The minutes are an estimate, not a trial with people: the
keystroke-level model (Card, Moran, Newell 1980: 0.28 s a sign of somebody who types little, 1.1 s to point, 0.4 s from mouse
to keys, 1.35 s to think of a field) and ten seconds to read each page.
"""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db.models import Q
from django.utils import timezone

from apps.accounts import invitations
from apps.accounts.selectors import open_invitations
from apps.calendars.korea import holidays
from apps.joining import firms, first_code
from apps.joining.models import FirmInvitation
from apps.learning import superlinks
from apps.learning.models import Node
from apps.tenancy.models import Cluster, Organization, TradingRelation
from apps.tenancy.scope import organization_scope, unscoped
from federated.factory.home import Home
from tests import world as worlds
from tests.apps.accounts.test_letters import is_sound
from tests.apps.joining.firms import valid
from tests.invitations import LINK as PERSON
from tests.pages.conftest import open_screen
from tests.pages.test_screens import PICTURES, look
from tests.world import SYSTEM

pytestmark = pytest.mark.browser
FIRM = re.compile(r"/start/firm/[^/\s]+/")
ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "only-mine-9999"
SUPPLIERS = [(valid(f"{310 + n}8112345"), f"협력사 {n + 1}", f"owner{n + 1}@supplier.example") for n in range(8)]


@pytest.fixture
def screens(browser, address, committed, settings, tmp_path):
    """Browsers of people of an empty installation; a complaint of a page fails the test. Its links lead to it."""
    worlds.reset()
    settings.PUBLIC_URL, settings.LEARNING_FOLDER = address, tmp_path / "learning"
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
        self.screen, self.page = screen, screen.page
        self.acts = self.pages = self.fields = self.signs = 0
        self.page.on("framenavigated", self._opened)

    def _opened(self, frame):
        self.pages += frame == self.page.main_frame

    @property
    def minutes(self) -> float:
        return (10 * self.pages + self.fields * (1.35 + 1.1 + 0.4) + 0.28 * self.signs + self.acts * (1.35 + 1.1)) / 60

    def told(self, who) -> float:
        print(
            f"{who}: {self.acts} acts, {self.pages} pages, {self.fields} fields, {self.signs} signs, {self.minutes:.1f} min"
        )
        return self.minutes

    def fill(self, within="", **fields):
        for name, value in fields.items():
            self.page.fill(f"{within} [name={name}]".strip(), value)
            # A list is pasted, not typed.
            self.fields, self.signs = self.fields + 1, self.signs + (2 if name == "rows" else len(value))

    def do(self, step):
        """From the first days to what they say is next."""
        self.screen.go("/start/")
        self.page.get_by_role("link", name=f"{step}: 지금 하기").click()
        self.page.wait_for_load_state()

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()
        self.acts += 1

    def shows(self, text):
        self.page.get_by_text(text).locator("visible=true").first.wait_for()

    def looks(self, picture):
        """Axe and the rules of touch and overflow on a page that the example cluster does not have; leaves a picture."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        assert look(self.screen, picture)[0] == []


def mailed_firms(word="초대") -> dict[str, str]:
    """What the worker does with every firm that waits: address → path of its link."""
    with unscoped(reason=SYSTEM):
        waiting = list(FirmInvitation.objects.filter(sent_at=None).values_list("pk", "office_id", "email"))
    found = {}
    for pk, office, email in waiting:
        with organization_scope(office, source="task"):
            firms.deliver(invitation_id=pk)
        assert mail.outbox[-1].to == [email]
        assert word in mail.outbox[-1].subject
        assert is_sound(mail.outbox[-1])
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


def test_from_nothing_to_a_led_cluster_at_work(screens, tmp_path):
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
    phones = []
    for _number, name, email in SUPPLIERS[:2]:
        phone = Way(screens(width=390, height=844))
        join(phone, links[email], f"{name} 사장", picture=f"join-firm-390-ko-{name}")
        phone.looks(f"start-390-ko-{name}")
        assert phone.acts == 1
        phone.shows(name)
        assert "거래처: 지금 하기" not in phone.page.inner_text("main")  # the relation came with the joining
        phone.screen.go("/account/people/")
        phone.fill(email=email.replace("owner", "second"))
        phone.page.check("[name=roles][value=supplier-production]")
        phone.press("초대")
        phones.append(phone)
    second = Way(screens(width=390, height=844))
    second.screen.go(person_link("second1@supplier.example"))
    second.fill(name="김생산", password1=PASSWORD, password2=PASSWORD)
    second.press("초대 수락")
    second.shows("협력사 1 소속으로 일합니다.")

    keeps_its_calendar(lead)
    opens_a_site(lead)
    agrees_on_a_part(lead)
    number = orders(lead)
    answers(phones[0], number)
    lead.screen.go("/orders/")
    assert "확정" in lead.page.inner_text("main")
    joins_a_training(office, phones[0], tmp_path / "factory")

    office.screen.go("/clusters/")
    office.page.get_by_role("link", name="충남 EV 부품 클러스터", exact=True).click()
    office.shows("협력사 8")
    office.looks("desk-1440-ko")
    table = office.page.locator(".listing table").first.inner_text()
    assert table.count("초대됨") == 6
    assert "두 번째 사람 초대" in table  # what 협력사 2 needs next
    with unscoped(reason=SYSTEM):
        cluster = Cluster.objects.get()
        assert (cluster.kind, cluster.lead.legal_name) == ("led", "한빛모빌리티 주식회사")
        assert Organization.objects.count() == 4
    # Whoever does all of it alone until the first order is answered, and reads every page.
    spent = {"운영기관": office, "선도기업": lead, "협력사 1": phones[0]}
    minutes = {who: way.told(who) for who, way in spent.items()}
    assert sum(minutes.values()) < 15
    assert max(minutes.values()) < 10

    founds_a_cluster_of_peers(office, screens)
    is_reminded(office)
    looks_at_mails(Way(screens(width=600, height=900)))


def keeps_its_calendar(way):
    way.do("근무 달력")
    way.looks("day-one-calendar-1440-ko")
    way.press("저장")
    way.shows("달력을 저장했습니다.")


def opens_a_site(way):
    """The form of the first site is filled in already."""
    way.do("사업장")
    way.page.get_by_role("button", name="새 사업장").first.click()
    way.page.locator("#new-site").get_by_role("button", name="추가", exact=True).click()
    way.page.get_by_role("link", name="P1").wait_for()
    way.acts += 1


def agrees_on_a_part(way):
    way.do("품목")
    way.page.get_by_role("button", name="새 품목").first.click()
    way.page.locator("#new-part [name=relation]").select_option(index=1)
    way.fill("#new-part", number="BRK-2210", name="브래킷", unit_price="8900")
    way.page.locator("#new-part").get_by_role("button", name="추가", exact=True).click()
    way.page.get_by_role("link", name="BRK-2210").first.wait_for()
    way.acts, way.fields = way.acts + 1, way.fields + 1


def orders(way) -> str:
    way.do("첫 발주")
    way.page.locator("[name=relation]").first.select_option(index=1)
    way.page.locator("select.part").first.wait_for()
    way.page.locator("select.part").first.select_option(index=1)
    way.fields += 2
    around = (timezone.localdate() + timedelta(days=n) for n in range(28, 90))
    saturday = next(day for day in around if day.weekday() == 5 and day - timedelta(days=1) not in holidays())
    way.page.fill("#new-lines [name=quantity]", "100")
    way.page.fill("#new-lines [name=date]", saturday.isoformat())
    way.page.wait_for_selector("#new-lines [data-hint=date]:text-is('입고 사업장 휴무일')")
    way.page.fill("#new-lines [name=date]", (saturday - timedelta(days=1)).isoformat())
    way.page.wait_for_selector("#new-lines [data-hint=date]:empty", state="attached")
    way.fields, way.signs = way.fields + 2, way.signs + 11
    way.press("협력사에 보내기")
    way.shows("전송 완료")
    return way.page.locator("h1").inner_text()


def answers(way, number):
    """On the phone: from the first page to the order, and all as requested."""
    way.screen.go("/")
    way.page.locator("main a[href^='/orders/']").filter(has_text=re.compile("PO-|BRK")).first.click()
    way.page.wait_for_load_state()
    way.looks("day-one-answer-390-ko")
    way.press("모두 요청대로 수락")
    way.shows("회신을 보냈습니다.")
    assert way.page.evaluate("document.documentElement.scrollWidth") <= 390


def joins_a_training(office, phone, folder: Path):
    """The office sets a federation up and invites the supplier's site; its factory comes in by the address shown once."""
    phone.do("사업장")
    phone.page.get_by_role("button", name="새 사업장").first.click()
    phone.page.locator("#new-site").get_by_role("button", name="추가", exact=True).click()
    phone.page.get_by_role("link", name="P1").wait_for()
    office.screen.go("/training/federations/new/")
    office.fill(name="사출 불량")
    office.press("구성")
    office.page.locator("[name=site]").select_option(index=1)
    office.press("초대")
    office.shows("초대")
    here = office.page.url.rsplit(":", 1)[1].partition("/")[2]
    phone.screen.go(f"/{here}")
    phone.press("토큰 만들기")
    phone.looks("training-token-390-ko")
    command = re.search(r"dure-factory join (\S+/training/join/[^\s\"<]+)", phone.page.inner_text("main"))
    superlinks.Keeper()  # the process that keeps the door of a federation makes its certificate
    joined = dure_factory("--home", folder, "join", command.group(1))
    assert joined.returncode == 0, joined.stderr
    home = Home(folder)
    assert home.key_file.stat().st_mode & 0o077 == 0
    with unscoped(reason=SYSTEM):
        assert Node.objects.get().name == home.settings().site
    again = dure_factory("--home", folder.with_name("other"), "join", command.group(1))
    assert again.returncode == 2  # the token worked once
    assert not folder.with_name("other").exists()
    phone.screen.go(f"/{here}")
    phone.shows("참여")


def dure_factory(*words) -> subprocess.CompletedProcess:
    """The real program, a process of its own."""
    command = [sys.executable, "-m", "federated.factory.cli", *map(str, words)]
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, cwd=ROOT, check=False)


def founds_a_cluster_of_peers(office, screens):
    """Peers see each other, and trade with nobody by joining alone."""
    office.screen.go("/clusters/")
    office.page.check("[name=kind][value=peers]")
    office.fill(name="충남 금형 클러스터", region="충남")
    office.press("만들기")
    office.page.get_by_role("link", name="기업 초대").first.click()
    assert office.page.locator("[name=vendor_code]").count() == 0
    office.fill(number=valid("3218112345"), name="한길금형", email="owner@mould.example")
    office.press("초대")
    (link,) = (path for email, path in mailed_firms().items() if email == "owner@mould.example")
    peer = Way(screens(width=390, height=844))
    join(peer, link, "한길동")
    peer.looks("start-peer-390-ko")
    assert "거래처" in peer.page.inner_text("main")  # asked for by itself: no buyer brought it
    office.page.get_by_role("link", name="기업 초대").first.click()
    office.page.select_option("select[name=language]", "en")
    office.fill(number=valid("3228112345"), name="Toolmakers Ltd", email="owner@tools.example")
    office.press("초대")
    assert list(mailed_firms("invites")) == ["owner@tools.example"]
    with unscoped(reason=SYSTEM):
        firm = Organization.objects.get(legal_name="한길금형")
        assert not TradingRelation.objects.filter(Q(buyer=firm) | Q(supplier=firm)).exists()
        assert firm.memberships.get().cluster.kind == "peers"


def is_reminded(office):
    """From the desk, by mail: what the firm needs next."""
    office.screen.go("/clusters/")
    office.page.get_by_role("link", name="충남 EV 부품 클러스터", exact=True).click()
    office.page.get_by_role("button", name="협력사 2 독촉").click()
    office.page.wait_for_load_state()
    with unscoped(reason=SYSTEM):
        pk, sender = FirmInvitation.objects.values_list("pk", "office_id").get(email=SUPPLIERS[1][2])
    with organization_scope(sender, source="task"):
        firms.send_reminder(invitation_id=pk)


def looks_at_mails(way):
    """Every mail of the walk: sound, its subject one line, every link to this server; a picture of each kind."""
    seen = set()
    for message in mail.outbox:
        page = is_sound(message)
        assert all(link.startswith(way.screen.address) for link in page.links()), page.links()
        assert len(message.subject) < 90
        kind = re.sub(r"\W+", "-", re.sub(r"협력사 \d+", "", message.subject))[:40]
        if kind in seen:
            continue
        seen.add(kind)
        way.page.set_content(message.alternatives[0].content)
        assert way.page.evaluate("document.documentElement.scrollWidth") <= 600
        way.page.screenshot(path=PICTURES / f"mail-{kind}.png", full_page=True)
        print(f"mail to {message.to[0]}: {message.subject}")
    assert len(seen) >= 5


def person_link(email: str) -> str:
    from apps.accounts.models import Invitation

    with unscoped(reason=SYSTEM):
        found = Invitation.objects.get(email=email)
    with organization_scope(found.organization_id, source="task"):
        assert open_invitations().filter(pk=found.pk).exists()
        invitations.deliver(invitation_id=found.pk)
    return PERSON.search(mail.outbox[-1].body).group()
