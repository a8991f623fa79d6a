"""A firm adds a site, a part and its price, and asks for a relation; the other accepts on a phone, in Korean, with terms."""

import pytest

from apps.accounts.models import User
from apps.partners import selectors
from apps.tenancy.scope import organization_scope, unscoped
from tests.world import SYSTEM

pytestmark = pytest.mark.browser


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def test_from_a_site_to_agreed_terms(screen_of, world):
    with unscoped(reason=SYSTEM):
        User.objects.update(language="ko")
    desk = screen_of("buyer-admin", language="ko")
    phone = screen_of("supplier", language="ko", width=390, height=844)
    desk.go("/partners/sites/")
    press(desk.page, "새 사업장")
    desk.page.locator("#new-site").locator("[name=code]").fill("P9")
    desk.page.locator("#new-site").locator("[name=name]").fill("창원 공장")
    desk.page.locator("#new-site").get_by_role("button", name="추가", exact=True).click()
    desk.page.get_by_role("link", name="P9").wait_for()

    desk.go("/parts/own/")
    desk.go("/parts/")
    press(desk.page, "새 품목")
    new = desk.page.locator("#new-part")
    new.locator("[name=relation]").select_option(str(world.relation.pk))
    new.locator("[name=number]").fill("NEW-1")
    new.locator("[name=name]").fill("신규 브래킷")
    new.get_by_role("button", name="추가", exact=True).click()
    desk.page.get_by_role("link", name="NEW-1").click()
    desk.page.locator("[name=price]").fill("8900")
    press(desk.page, "단가 적용")
    assert "8,900 KRW" in desk.page.inner_text("main")

    desk.go("/partners/new/")
    desk.page.check("[name=side][value=supplier]")
    desk.page.select_option("[name=firm]", str(world.supplier.pk))
    press(desk.page, "요청")
    phone.go("/partners/")
    phone.page.get_by_role("link", name="한빛").first.click()
    phone.page.fill("[name=vendor_code]", "H-1")
    press(phone.page, "수락")
    assert "이제 한빛" in phone.page.inner_text("main")
    phone.page.get_by_text("다른 조건 제안", exact=True).click()
    phone.page.fill("[name=freeze_days]", "5")
    press(phone.page, "제안")

    with organization_scope(world.buyer.pk):
        proposal = selectors.proposals().get()
    desk.go(f"/partners/{proposal.relation_id}/")
    press(desk.page, "수락")
    phone.go(f"/partners/{proposal.relation_id}/")
    assert "버전 2" in phone.page.inner_text("main")
    width = phone.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
