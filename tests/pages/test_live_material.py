"""What one firm does with consigned material stands on the other's open page, not reloaded."""

from decimal import Decimal

import pytest

from apps.production import services as production
from apps.production.services import Made
from tests.apps.consigned.given import counted, into, received, sent, steel
from tests.world import as_person

pytestmark = pytest.mark.browser


def test_a_use_and_a_count_move_the_balance_that_the_owner_has_open(screen_of, world, relay):
    material = steel(world)
    into(world, material)
    received(world, sent(world, material, 100))
    screen = screen_of("buyer")
    screen.go_live(f"/material/parts/{material.pk}/")
    screen.page.evaluate("window.mark = 1")
    with as_person(world, "supplier"):
        production.report(site_id=world.supplier_site.pk, made=[Made(None, Decimal(62), partner_part_id=world.part.pk)])
    screen.page.wait_for_selector("#material-figures:has-text('69')")
    counted(world, material, 66)
    screen.page.wait_for_selector("#material-figures:has-text('66')")
    assert screen.page.evaluate("window.mark") == 1, "it came without a reload"


def test_what_was_received_stands_on_the_senders_open_note(screen_of, world, relay):
    material = steel(world)
    note = sent(world, material, 100)
    screen = screen_of("buyer")
    screen.go_live(f"/material/notes/{note.pk}/")
    received(world, note, (90, 4))
    screen.page.wait_for_selector("main:has-text('Received')")
    screen.page.wait_for_selector("main:has-text('missing')")
