"""What a supplier reports is on its customer's open page without a reload, and gone from it once the grant has ended."""

import pytest

from apps.production import services
from apps.production.services import Made
from apps.sharing import services as sharing
from tests.apps.production.test_telling import D, granted, made
from tests.world import as_person

pytestmark = pytest.mark.browser


def test_a_customers_open_page_follows_reports_and_loses_what_has_ended(screen_of, world, relay):
    grant = granted(world, "bucket")
    part = made(world)
    screen = screen_of("buyer")
    screen.go_live("/production/suppliers/")
    screen.page.wait_for_selector("#told-production:has-text('100–200')")
    screen.page.evaluate("window.mark = 1")
    with as_person(world, "supplier"):
        services.report(site_id=world.supplier_site.pk, made=[Made(part.pk, D(500), lot="L2")], is_confirmed=True)
    screen.page.wait_for_selector("#told-production:has-text('500–1,000')")
    with as_person(world, "supplier"):
        sharing.revoke_grant(grant_id=grant.pk)
    screen.page.wait_for_selector("#told-production:has-text('No supplier shares its production with you')")
    assert "Nothing is shared." in screen.page.inner_text("#told-production")
    assert screen.page.evaluate("window.mark") == 1, "it came without a reload"
