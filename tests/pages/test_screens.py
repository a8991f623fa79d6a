"""Every page in two widths, both themes and both languages over the example cluster: no axe violation, no complaint, no
sideways scroll. The pictures lie in artifacts/pages."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from apps.accounts.models import User
from apps.deliveries.models import ShipmentNotice
from apps.orders.models import TO_SHIP, PurchaseOrder, ScheduleLine
from apps.quality.models import InspectionLot, NonConformance
from apps.tenancy.scope import unscoped
from tests import world as worlds
from tests.example import example_cluster
from tests.learning import picture_runs

from .conftest import open_screen

pytestmark = pytest.mark.browser
PICTURES = Path("artifacts/pages")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SIZES = {1440: 900, 768: 1024, 390: 844}
FIRST_PAGES = [("today-buyer", "buyer", "/"), ("today-supplier", "daesung", "/"), ("today-coordinator", "coordinator", "/")]
PAGES = [
    ("sign-in", None, "/account/sign-in/"),
    ("orders", "buyer", "/orders/"),
    ("order-proposal", "buyer", "proposal"),
    ("order-answer", "namdo", "waiting"),
    ("order-new", "buyer", "/orders/new/"),
    ("order-change", "buyer", "change"),
    ("order-asked", "buyer", "asked"),
    ("deliveries", "receiver", "/deliveries/"),
    ("delivery-receive", "receiver", "receive"),
    ("delivery", "seller-of-sent", "sent"),
    ("delivery-new", "seller-to-ship", "/deliveries/new/"),
    ("inspections", "inspector", "/inspections/?view=all"),
    ("inspections-risk", "inspector", "/inspections/?view=risk"),
    ("inspection-decide", "inspector", "decide"),
    ("non-conformances", "inspector", "/inspections/non-conformances/"),
    ("non-conformance", "seller-of-found", "non-conformance"),
    ("stock", "receiver", "/stock/"),
    ("outlook", "buyer", "/tower/outlook/"),
    ("part", "buyer", "part"),
    ("outlook-supplier", "seller-of-moving", "/tower/outlook/"),
    ("part-supplier", "seller-of-moving", "part"),
    ("scorecards", "buyer", "/tower/scorecards/"),
    ("scorecard", "buyer", "scorecard"),
    ("scored-lines", "buyer", "lines"),
    ("answers", "buyer", "answers"),
    ("history", "history", "/tower/scorecards/"),
    ("parts", "buyer", "/parts/"),
    ("training", "coordinator", "/training/"),
    ("training-federation", "coordinator", "training-federation"),
    ("training-new-federation", "coordinator", "/training/federations/new/"),
    ("training-contract", "saehan", "training-contract"),
    ("training-new-contract", "coordinator", "training-new-contract"),
    ("training-run", "coordinator", "training-run"),
    ("training-finished", "daesung", "training-finished"),
    ("training-certificate", "daesung", "training-certificate"),
    ("training-model", "coordinator", "training-model"),
    ("members", "coordinator", "/members/"),
    ("inbox", "buyer", "/inbox/"),
    ("search", "buyer", "/search/?q=BRK"),
    ("people", "admin", "/account/people/"),
    ("tokens", "buyer", "/account/tokens/"),
    ("settings", "buyer", "/account/settings/"),
    ("password", "buyer", "/account/password/"),
    ("sessions", "buyer", "/account/sessions/"),
    ("reset", None, "/account/password/reset/"),
    ("reset-sent", None, "/account/password/reset/sent/"),
    ("styleguide", "buyer", "/styleguide/"),
]
ON_PHONES = {"training-run", "orders", "order-answer", "inbox", "delivery-new", "delivery", "deliveries"}
ON_PHONES |= {"delivery-receive", "inspection-decide", "non-conformance", "outlook", "part", "part-supplier", "stock"}
ALL_LOOKS = [(theme, language) for theme in ("light", "dark") for language in ("ko", "en")]
MATRIX = [
    *((page, width, look) for page in FIRST_PAGES for width in (1440, 768) for look in ALL_LOOKS),
    *((page, width, look) for page in PAGES for width, look in ((1440, ("light", "ko")), (768, ("dark", "en")))),
    *((page, 390, ("light", "ko")) for page in (FIRST_PAGES[1], *(p for p in PAGES if p[0] in ON_PHONES))),
]


@dataclass
class Example:
    """People of the example cluster, and where the pages with an id in their address are."""

    people: dict[str, User]
    paths: dict[str, str]

    @classmethod
    def find(cls) -> "Example":
        proposal = PurchaseOrder.objects.filter(status="change_proposed").order_by("pk")[0]
        waiting = PurchaseOrder.objects.filter(status="published").order_by("-pk")[0]
        asked = PurchaseOrder.objects.filter(open_change_side="supplier").order_by("pk")[0]
        moving = ShipmentNotice.objects.filter(status="departed").order_by("-pk")[0]
        sent = ShipmentNotice.objects.filter(status="announced").order_by("-pk")[0]
        lot = InspectionLot.objects.filter(status="open").order_by("pk")[0]
        found = NonConformance.objects.filter(decision__isnull=False).order_by("pk")[0]
        to_ship = ScheduleLine.objects.filter(TO_SHIP).order_by("-pk")[0]
        people = {user.email.split("@")[0]: user for user in User.objects.all()}

        def seller(organization_id: int) -> User:
            return User.objects.filter(memberships__organization_id=organization_id)[0]

        people |= {
            "namdo": seller(waiting.supplier_id),
            "seller-of-sent": seller(sent.supplier_id),
            "seller-of-moving": seller(moving.supplier_id),
            "seller-of-found": seller(found.supplier_id),
        }
        people["seller-to-ship"] = seller(to_ship.supplier_id)
        month = f"{worlds.in_days(-30):%Y-%m}"
        paths = {
            "proposal": f"/orders/{proposal.pk}/",
            "waiting": f"/orders/{waiting.pk}/",
            "change": f"/orders/{proposal.pk}/change/",
            "asked": f"/orders/{asked.pk}/",
            "receive": f"/deliveries/{moving.pk}/",
            "sent": f"/deliveries/{sent.pk}/",
            "decide": f"/inspections/{lot.pk}/",
            "non-conformance": f"/inspections/non-conformances/{found.pk}/",
            "part": f"/tower/parts/{moving.lines.all()[0].partner_part_id}/",
            "scorecard": f"/tower/scorecards/{sent.relation_id}/",
            "lines": f"/tower/scorecards/{sent.relation_id}/lines/?month={month}",
            **picture_runs(),
            "answers": f"/tower/scorecards/{sent.relation_id}/answers/?month={month}",
        }
        return cls(people, paths)


@pytest.fixture(scope="module")
def example(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), example_cluster():
        with unscoped(reason=worlds.SYSTEM):
            found = Example.find()
        yield found


@pytest.mark.parametrize(("page", "width", "look"), MATRIX, ids=[f"{p[0]}-{w}-{t}-{lang}" for p, w, (t, lang) in MATRIX])
def test_a_page_in_every_look(browser, address, example, page, width, look):
    name, person, path = page
    theme, language = look
    user = example.people.get(person)
    path = example.paths.get(path, path)
    if user is not None:
        with unscoped(reason=worlds.SYSTEM):
            User.objects.filter(pk=user.pk).update(language=language)
    screen = open_screen(browser, address, user, width=width, height=SIZES[width], theme=theme, language=language)
    try:
        screen.go(path) if user is None else screen.go_live(path)
        PICTURES.mkdir(parents=True, exist_ok=True)
        screen.page.screenshot(path=str(PICTURES / f"{name}-{width}-{theme}-{language}.png"))
        result = Axe().run(screen.page, options=RULES)
        assert not result.response["violations"], result.generate_report()
        assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
        assert screen.page.get_attribute("html", "lang") == language
    finally:
        screen.page.goto("about:blank")
        screen.page.context.close()
    assert not screen.complaints
