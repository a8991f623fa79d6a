"""The coordinator's federation page, and forms without a connection, in the browser."""

import pytest

from apps.accounts.models import User
from apps.learning.models import Federation, Node, Programme, Round, Run
from apps.tenancy.scope import identity, unscoped
from tests.learning import NAMES, joined, running, set_up
from tests.world import SYSTEM, World

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


def test_withdrawing_an_approval_asks_first(screen_of, world, committed):
    found = set_up(world)
    path = f"/training/contracts/{found.contract.pk}/"
    firm = screen_of("supplier")
    firm.go(path)
    firm.page.click("button:has-text('Approve for our sites')")
    dialog, ask = firm.page.locator("#withdraw"), firm.page.locator("[data-target='#withdraw']")
    ask.click()
    assert "no further round" in dialog.inner_text()
    dialog.get_by_role("button", name="Keep it").click()
    dialog.wait_for(state="hidden")
    ask.click()
    dialog.get_by_role("button", name="Withdraw").click()
    firm.page.wait_for_selector("button:has-text('Approve for our sites')")


@pytest.mark.parametrize(("language", "words"), [("en", "waits here and is sent once"), ("ko", "한 번만 전송합니다")])
def test_without_a_connection_a_form_waits_keeps_what_was_typed_says_so_and_is_sent_once(
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
    office.page.wait_for_selector(f"#waiting:has-text('{words}')")
    assert name.input_value() == "Weld seams"
    assert office.page.url.endswith(path)
    assert programmes(found.federation) == ["Surface defects"]
    with office.page.expect_navigation():
        office.page.context.set_offline(False)
    assert programmes(found.federation) == ["Surface defects", "Weld seams"]
    office.complaints[:] = [text for text in office.complaints if "ERR_INTERNET_DISCONNECTED" not in text]


def with_rounds(world: World, rounds: int = 3) -> Run:
    """A run of two sites with figures of its rounds, as its ServerApp hands them in; nothing was trained."""
    _found, _keys, run = running(world, site_metrics="members")
    with unscoped(reason=SYSTEM):
        for number in range(1, rounds + 1):
            sites = {name: {"auroc": 0.7 + 0.05 * number - 0.1 * place} for place, name in enumerate(NAMES)}
            Round.objects.create(
                cluster_id=run.cluster_id,
                office_id=run.office_id,
                run=run,
                number=number,
                seconds=1,
                overhead_s=0.5,
                usable=2,
                failed={},
                figures={"auroc": 0.65 + 0.05 * number},
                sites=sites,
            )
    return run


def test_curves_have_colours_of_their_own_answer_the_pointer_and_are_named_where_there_is_room(screen_of, world, committed):
    run = with_rounds(world)
    office = screen_of("coordinator")
    office.go_live(f"/training/runs/{run.pk}/")
    curves, spots = office.page.locator(".plot .curve"), office.page.locator(".plot .spot")
    assert (curves.count(), spots.count()) == (3, 3)
    strokes = curves.evaluate_all("all => all.map(one => getComputedStyle(one.querySelector('path')).stroke)")
    assert len(set(strokes)) == 3
    spots.last.hover()
    assert office.page.inner_text(".chart-say").startswith("Round 3 · Mean of all sites 0.800 · ")
    spots.first.focus()
    office.page.keyboard.press("ArrowRight")
    assert office.page.inner_text(".chart-say").startswith("Round 2 · ")
    # A name stands right of the last point and never over the curves.
    beside = curves.evaluate_all(
        "all => all.map(one => one.querySelector('.name').getBBox().x >= one.querySelector('.key').getBBox().x)"
    )
    assert beside == [True, True, True]
    office.page.set_viewport_size({"width": 390, "height": 844})
    below = office.page.locator(".curve-names li")
    assert below.evaluate_all("all => all.map(one => getComputedStyle(one).color)") == strokes[::-1]
    assert all(below.nth(place).is_visible() for place in range(3))
    assert not curves.first.locator(".name").is_visible()
