"""The coordinator's federation page, and forms without a connection, in the browser."""

import pytest

from apps.accounts.models import User
from apps.learning.models import Federation, Node, Programme
from apps.tenancy.scope import identity, unscoped
from tests.learning import joined, set_up
from tests.world import SYSTEM

pytestmark = pytest.mark.browser


def state_of(node: Node) -> str:
    with unscoped(reason=SYSTEM):
        return Node.objects.get(pk=node.pk).state


def programmes(federation: Federation) -> list[str]:
    with unscoped(reason=SYSTEM):
        return list(Programme.objects.filter(federation=federation).order_by("pk").values_list("name", flat=True))


def test_suspend_asks_and_its_way_back_changes_nothing(screen_of, world, committed):
    found = set_up(world)
    joined(world, found, "supplier")
    node = found.nodes["supplier"]
    office = screen_of("coordinator")
    office.go_live(f"/training/federations/{found.federation.pk}/")
    dialog = office.page.locator(f"#suspend-{node.pk}")
    ask = office.page.locator(f"[data-target='#suspend-{node.pk}']")
    assert not dialog.is_visible()
    for leave in (lambda: dialog.get_by_role("button", name="Back").click(), lambda: office.page.keyboard.press("Escape")):
        ask.click()
        assert "goes on without it" in dialog.inner_text()
        leave()
        dialog.wait_for(state="hidden")
        assert state_of(node) == "joined"
    ask.click()
    dialog.get_by_role("button", name="Suspend").click()
    office.page.wait_for_selector("button:has-text('Admit again')")
    assert state_of(node) == "suspended"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "No connection: nothing was sent."), ("ko", "연결이 끊겨 보내지 못했습니다")]
)
def test_without_a_connection_a_form_sends_nothing_keeps_what_was_typed_and_says_so(
    screen_of, world, committed, language, words
):
    found = set_up(world)
    with identity():
        User.objects.filter(pk=world.people["coordinator"].pk).update(language=language)
    office = screen_of("coordinator", language=language)
    path = f"/training/federations/{found.federation.pk}/"
    office.go_live(path)
    form = office.page.locator("form[action$='/programmes/']")
    name = form.locator("input[name=name]")
    name.fill("Weld seams")
    office.page.context.set_offline(True)
    form.get_by_role("button").click()
    office.page.wait_for_selector(f".toast:has-text('{words}')")
    assert name.input_value() == "Weld seams"
    assert office.page.url.endswith(path)
    assert programmes(found.federation) == ["Surface defects"]
    office.page.context.set_offline(False)
    with office.page.expect_navigation():
        form.get_by_role("button").click()
    assert programmes(found.federation) == ["Surface defects", "Weld seams"]
    office.complaints[:] = [text for text in office.complaints if "ERR_INTERNET_DISCONNECTED" not in text]
