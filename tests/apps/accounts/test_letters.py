"""Every mail looks alike: one page and the same as text, in the reader's language, with names that do no harm."""

import re
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.utils import translation

from apps.accounts.letters import Letter, send_letter
from apps.accounts.models import User
from apps.tenancy.scope import identity, organization_scope
from tests.invitations import link_of

KNOWN = "buyer-admin@test.example"
NEW = "newhire@test.example"
HOSTILE = '<img src=x onerror=alert(1)>"\'{{ 7 }}</p><a href="https://evil.example">'
TAGS = {"html", "head", "meta", "title", "style", "body", "table", "tr", "td", "p", "b", "span", "a", "ul", "li", "br"}


class Page(HTMLParser):
    """Its elements with their attributes, and its text."""

    def __init__(self, content):
        super().__init__()
        self.elements, self.words = [], []
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def links(self):
        return [attrs["href"] for tag, attrs in self.elements if tag == "a"]

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def page_of(message):
    ((content, kind),) = message.alternatives
    assert kind == "text/html"
    return Page(content)


def is_sound(message):
    """No image, no script, nothing fetched; one button with its address below it; text and page tell the same links."""
    page = page_of(message)
    assert {tag for tag, _ in page.elements} <= TAGS
    assert all(set(attrs) & {"src", "srcset", "background", "onclick"} == set() for _, attrs in page.elements)
    assert "url(" not in message.alternatives[0].content
    assert set(page.links()) == set(re.findall(r"https?://\S+", message.body))
    assert "\r" not in message.subject + message.body
    return page


def test_an_invitation_has_one_button_and_its_address_in_plain(world):
    link = link_of(world, "supplier", NEW, "supplier-sales")
    page = is_sound(mail.outbox[0])
    assert page.links() == ["http://127.0.0.1:8000" + link] * 2
    for text in ("Dure · Daesung", "Hello,", "Supplier invites you to work for Daesung in Dure.", "Open the invitation"):
        assert text in page.text
    assert "Supplier invites you to work for Daesung in Dure." in mail.outbox[0].body


def test_who_has_an_account_reads_an_invitation_in_their_own_language_and_others_in_the_chosen_one(world):
    with identity():
        User.objects.filter(email=KNOWN).update(language="ko", time_zone="UTC")
    link_of(world, "supplier", KNOWN, "supplier-sales", language="en")
    link_of(world, "supplier", NEW, "supplier-sales", language="en")
    link_of(world, "supplier", "b@test.example", "supplier-sales", language="ko")
    assert [message.subject for message in mail.outbox] == [
        "두레: 대성의 초대",
        "Dure: Daesung invites you",
        "두레: 대성의 초대",
    ]
    assert ["UTC" in message.body for message in mail.outbox] == [True, False, False]
    assert 'lang="ko"' in mail.outbox[0].alternatives[0].content


def write(alias, table, column, pk, text):
    """By SQL, as from before the rule of characters."""
    with connections[alias].cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [text, pk])


def test_hostile_names_are_words_and_nothing_else(world):
    with organization_scope(world.supplier.pk):
        name = f"Daesung\r\n\r\nhttps://evil.example\r\n{HOSTILE}"
        write("default", "tenancy_organization", "name_en", world.supplier.pk, name)
    write("identity", "accounts_user", "name", world.people["buyer-admin"].pk, "Kim\n\n" + HOSTILE)
    links = {"http://127.0.0.1:8000" + link_of(world, "supplier", NEW, "supplier-sales")}
    Client(headers={"accept-language": "en"}).post("/account/password/reset/", {"email": KNOWN})
    links |= set(re.findall(r"http\S+/account/password/reset/\S+", mail.outbox[1].body))
    for message in mail.outbox:
        page = page_of(message)
        assert {tag for tag, _ in page.elements}.isdisjoint({"img", "script"})
        assert HOSTILE in page.text
        assert set(page.links()) <= links
        assert not re.search(r"^(https://evil|<img)", message.body, re.MULTILINE)
        assert "\n" not in message.subject
    assert len(links) == len(mail.outbox) == 2


@pytest.mark.parametrize("email", [KNOWN, "nobody@test.example"])
def test_mails_about_passwords_come_from_the_installation(world, email):
    Client(headers={"accept-language": "en"}).post("/account/password/reset/", {"email": email})
    page = is_sound(mail.outbox[0])
    assert "Dure · 127.0.0.1:8000" in page.text
    assert ("Hello Buyer-Admin," in page.text) == (email == KNOWN)
    assert "127.0.0.1:8000" in mail.outbox[0].body.split("-- ")[1]


def test_the_text_stands_alone_with_everything_of_the_page(world):
    link, inbox = ("http://x.example/1", "First"), ("http://x.example/all", "All")
    with translation.override("en"):
        send_letter(
            "a@x.example", Letter("S\r\nBcc: b@x.example", ["One.", "Two."], inbox, [link], ["Three."], "Kim", "Hanbit")
        )
    (message,) = mail.outbox
    assert message.subject == "S Bcc: b@x.example"
    assert message.body == (
        "Hello Kim,\n\nOne.\n\nTwo.\n\n- First\n  http://x.example/1\n\n"
        "All:\nhttp://x.example/all\n\nThree.\n\n-- \nDure\nHanbit\n"
    )
    is_sound(message)
