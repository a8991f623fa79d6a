"""What the pages of the own account say: words instead of code names, the reader's language, no closed doors."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from apps.accounts import services
from apps.accounts.models import User
from apps.tenancy.roles import Role
from apps.tenancy.scope import identity, unscoped
from apps.ui.texts import ago
from tests.invitations import form as typed
from tests.invitations import link_of, stranger
from tests.world import SYSTEM, as_person


def test_the_list_of_tokens_tells_acts_in_words(world, client_of):
    with as_person(world, "buyer"):
        services.create_token(name="ERP", acts=["view_orders", "publish_order"], days=1)
    page = client_of("buyer").get("/account/tokens/").content.decode()
    row = page[page.index(">ERP<") :].partition("</tr>")[0]
    assert "Send orders, See orders" in row
    assert 'aria-label="Revoke the token ERP"' in row


@pytest.mark.parametrize(("language", "firms"), [("ko", ("한빛", "대성")), ("en", ("Hanbit", "Daesung"))])
def test_firms_to_act_for_are_named_in_the_readers_language(committed, world, client_of, language, firms):
    person = world.people["buyer"]
    with unscoped(reason=SYSTEM):
        services.add_person(organization_id=world.supplier.pk, user=person, roles=[Role.SUPPLIER_SALES])
    with identity():
        User.objects.filter(pk=person.pk).update(language=language)
    page = client_of("buyer").get("/account/settings/").content.decode()
    for firm in firms:
        assert f">{firm}</button>" in page


def test_who_has_no_firm_is_not_sent_to_the_page_that_is_closed(world):
    with identity():
        alone = User.objects.create_user("alone@x.example", "a-long-password-1", name="Alone", language="en")
    browser = Client()
    browser.force_login(alone, backend="apps.accounts.backends.EmailBackend")
    page = browser.get("/")
    assert (page.status_code, "invite you" in page.content.decode()) == (403, True)
    assert 'href="/"' not in page.content.decode()
    assert 'action="/account/sign-out/"' in page.content.decode()


def test_a_password_like_the_own_name_is_refused_where_it_is_typed(committed, world):
    link = link_of(world, "supplier", "newhire@test.example", "supplier-sales")
    page = stranger().post(link, typed("Hangaram Moon", "hangarammoon"))
    assert page.status_code == 422
    assert "too similar to the name" in page.content.decode()
    assert "Enter the same password as before" not in page.content.decode()
    assert stranger().post(link, typed("Hangaram Moon", "my-own-words-7")).status_code == 302


@pytest.mark.parametrize(("language", "words"), [("en", ("just now", "1 minute ago")), ("ko", ("방금", "1분 전"))])
def test_what_is_younger_than_a_minute_is_of_just_now(language, words):
    with translation.override(language):
        assert (ago(timezone.now()), ago(timezone.now() - timedelta(seconds=90))) == words
