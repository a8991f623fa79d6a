"""Every page in two widths, both themes and both languages over the example cluster: no axe violation, no complaint, no
sideways scroll. The pictures lie in artifacts/pages."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.core.management import call_command
from django.utils import translation

from apps.accounts.models import User
from apps.orders.models import PurchaseOrder
from apps.tenancy.scope import unscoped
from tests import world as worlds

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
    ("parts", "buyer", "/parts/"),
    ("members", "coordinator", "/members/"),
    ("inbox", "buyer", "/inbox/"),
    ("search", "buyer", "/search/?q=BRK"),
    ("people", "admin", "/account/people/"),
    ("tokens", "buyer", "/account/tokens/"),
    ("settings", "buyer", "/account/settings/"),
    ("styleguide", "buyer", "/styleguide/"),
]
ALL_LOOKS = [(theme, language) for theme in ("light", "dark") for language in ("ko", "en")]
MATRIX = [
    *((page, width, look) for page in FIRST_PAGES for width in (1440, 768) for look in ALL_LOOKS),
    *((page, width, look) for page in PAGES for width, look in ((1440, ("light", "ko")), (768, ("dark", "en")))),
    *((page, 390, ("light", "ko")) for page in (FIRST_PAGES[1], PAGES[1], PAGES[3], PAGES[7])),
]


@pytest.fixture(scope="module")
def example(django_db_setup, django_db_blocker):
    """The example cluster in the tests' database, its outbox published."""
    import asyncio

    import psycopg

    from apps.events import relay
    from tests.conftest import _World

    async def publish():
        options = {"autocommit": True, "row_factory": relay.namedtuple_row}
        async with await psycopg.AsyncConnection.connect(relay.system_dsn(), **options) as connection:
            await relay.Relay(relay.system_dsn()).publish_batch(connection)

    with django_db_blocker.unblock():
        worlds.reset()
        with translation.override("ko"):
            call_command("seed_demo", stdout=open("/dev/null", "w"))  # noqa: SIM115
        with ThreadPoolExecutor(1) as other:  # Playwright's loop runs in this thread
            other.submit(asyncio.run, publish()).result()
        with unscoped(reason=worlds.SYSTEM):
            people = {user.email.split("@")[0]: user for user in User.objects.all()}
            proposal = PurchaseOrder.objects.filter(status="change_proposed").order_by("pk")[0]
            waiting = PurchaseOrder.objects.filter(status="published").order_by("-pk")[0]
            seller = User.objects.filter(memberships__organization_id=waiting.supplier_id)[0]
        yield {"people": people, "proposal": proposal, "waiting": waiting, "seller": seller}
        worlds.reset()
        cache.clear()
        _World.now = worlds.create()


@pytest.mark.parametrize(("page", "width", "look"), MATRIX, ids=[f"{p[0]}-{w}-{t}-{lang}" for p, w, (t, lang) in MATRIX])
def test_a_page_in_every_look(browser, address, example, page, width, look):
    name, person, path = page
    theme, language = look
    user = example["people"].get(person)
    if path in ("proposal", "waiting"):
        user = example["seller"] if path == "waiting" else user
        path = f"/orders/{example[path].pk}/"
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
