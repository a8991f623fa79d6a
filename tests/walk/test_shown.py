"""Everything that the shell can show is rendered, in both languages: events, states, errors and empty pages."""

import re
from collections import Counter
from dataclasses import replace
from urllib.parse import parse_qsl

import lucide
import pytest
from django.core import mail
from django.core.cache import cache
from django.db import OperationalError
from django.template import Context, engines
from django.test import Client, RequestFactory
from django.utils import translation

from apps.events import services
from apps.events.registry import event_types
from apps.web import errors
from tests.thorough import in_turn
from tests.world import PASSWORD, as_person

from .shown import LANGUAGES, broken_rules, is_in, looks, sentences_of, tell_all, words_of

pytestmark = pytest.mark.long

ENTRY = re.compile(r'<button class="link"[^>]*>(.*?)</button>', re.DOTALL)
CURSOR = re.compile(r'rel="next"\s+href="\?(?:[^"]*&amp;)?cursor=([^"&]+)')


def speak(client, language: str) -> None:
    client.post("/language/", {"language": language})


def inbox_of(client) -> list[str]:
    """The texts of the whole inbox, page by page."""
    texts, cursor = [], ""
    while True:
        response = client.get("/inbox/", {"cursor": cursor} if cursor else {})
        assert response.status_code == 200
        body = response.content.decode()
        texts += [words_of(entry) for entry in ENTRY.findall(body)]
        more = CURSOR.search(body)
        if more is None:
            return texts
        cursor = more[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_shows_in_the_inbox_in_a_toast_and_in_a_mail(world, committed, client_of, language):
    count = tell_all(world)
    client = client_of("supplier")
    speak(client, language)
    shown = inbox_of(client)
    toasts = [row["text"] for row in client.get("/api/notifications/", {"limit": 100}).json()["results"]]
    with as_person(world, "supplier"):
        assert services.mail_news() == count
    told = re.findall(r"^- (.*)$", mail.outbox[0].body, re.MULTILINE)
    assert (len(shown), len(toasts), len(told)) == (count, count, count)
    assert count > 25
    for text in (*shown, *toasts, *told):
        assert is_in(language, text), text
        assert "{" not in text


def test_the_walk_over_events_fails_where_an_icon_does_not_exist(world, client_of, monkeypatch):
    kind = event_types()["contract.published"]
    monkeypatch.setitem(event_types(), kind.name, replace(kind, icon="file-signature"))
    tell_all(world)
    with pytest.raises(lucide.IconDoesNotExist, match="file-signature"):
        inbox_of(client_of("supplier"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_a_word_an_icon_and_a_tone(language):
    found = list(looks())
    template = engines["django"].from_string("{% status label icon tone %}").template
    with translation.override(language):
        for module, key, label, icon, tone in found:
            html = template.render(Context({"label": label or key, "icon": icon, "tone": tone}))
            assert {"<svg", f"t-{tone}"} <= {part for part in ("<svg", f"t-{tone}") if part in html}, (module, key)
            assert label is None or is_in(language, str(label)), (module, key)
    assert len(found) > 45


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_broken_rule_reads_in_the_language_of_the_reader(language):
    kinds = list(broken_rules())
    for kind in kinds:
        request = RequestFactory().get("/orders/")
        with translation.override(language):
            body = errors.domain_error(request, kind(place="x", value=1))
        assert body.status_code == kind.status
        for text in sentences_of(body.content.decode()):
            assert is_in(language, text), (kind, text)
            assert "%(" not in text
    assert len(kinds) > 60


def fail(*arguments, **options):
    raise ValueError("planted")


def lose_the_database(*arguments, **options):
    raise OperationalError("planted: the connection is gone")


def locked(language):
    client = Client(headers={"accept-language": language})
    for _try in range(6):
        response = client.post("/account/sign-in/", {"login": "nobody@test.example", "password": "wrong"})
    cache.clear()
    return response


def error_answers(client, language, monkeypatch):
    """(status, answer) of each error as a browser meets it."""
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": language})
    yield 400, client.get("/", headers={"host": "evil.example"})
    yield 403, client.get("/members/")
    yield 403, strict.post("/account/sign-in/", {"login": "x", "password": PASSWORD})
    yield 404, client.get("/no/such/page/")
    yield 404, client.get("/orders/999999/")
    yield 405, client.get("/inbox/1/")
    yield 429, locked(language)
    client.raise_request_exception = False
    for status, planted in ((500, fail), (503, lose_the_database)):
        with monkeypatch.context() as patch:
            patch.setattr("apps.web.views.rooms.search", planted)
            yield status, client.get("/search/?q=x")
        with monkeypatch.context() as patch:
            patch.setattr("apps.accounts.middleware.enter", planted)
            yield status, client.get("/search/?q=x")
    with monkeypatch.context() as patch:  # not even the session can be read
        patch.setattr("django.contrib.sessions.backends.cached_db.SessionStore.load", lose_the_database)
        yield 503, client.get("/search/?q=x", headers={"accept-language": language})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_page_is_in_the_readers_language_with_a_way_home(world, client_of, monkeypatch, language):
    client = client_of("receiver")
    speak(client, language)
    seen = set()
    for status, response in error_answers(client, language, monkeypatch):
        body = response.content.decode()
        assert response.status_code == status
        assert f'<html lang="{language}"' in body, (status, body[:300])
        assert 'name="viewport"' in body
        assert 'href="/"' in body or 'action="/' in body or status == 429, status
        assert len(sentences_of(body)) > 1
        assert not [text for text in sentences_of(body) if not is_in(language, text)], status
        seen.add(status)
    assert seen == {400, 403, 404, 405, 429, 500, 503}


def test_a_program_gets_the_same_errors_as_problem_details(world, client_of, monkeypatch):
    client = client_of("receiver")
    client.raise_request_exception = False
    monkeypatch.setattr("apps.accounts.middleware.enter", lose_the_database)
    response = client.get("/api/orders/")
    assert (response.status_code, response.json()["code"]) == (503, "unavailable")
    assert response.headers["Retry-After"] == "30"


def test_a_post_only_address_names_the_methods_it_takes(client_of):
    response = client_of("buyer").get("/inbox/read/")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


LINK = re.compile(r'href="(/[^"#]*|\?[^"#]*)"')
ID = re.compile(r'<[a-z][^<>]*\sid="([^"]+)"')
EMPTY = re.compile(r'<div class="empty">(.*?)</div>', re.DOTALL)


def twice(ids: list[str]) -> set[str]:
    """A label names the first field of its id, whichever is meant."""
    return {name for name, count in Counter(ids).items() if count > 1}


def kind_of(address: str) -> tuple[str, ...]:
    """Pages of one kind: a list sorted by another column, or with other filters at once, has nothing new to say."""
    path, _mark, query = address.partition("?")
    asked = dict(parse_qsl(query))
    return (path, asked.get("view", ""), *sorted(asked)) if len(asked) < 2 else (path, "several")


def pages_from(client, start: str):
    """A page of every kind that links lead to from the first one: (address, body)."""
    todo, seen = [start], set()
    while todo:
        path = todo.pop()
        kind = kind_of(path)
        if kind in seen or path.startswith(("/static/", "/api/")):
            continue
        seen.add(kind)
        response = client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        if "text/html" in response.headers["Content-Type"]:
            body = response.content.decode()
            yield path, body
            here = path.partition("?")[0]
            links = (link.replace("&amp;", "&") for link in LINK.findall(body))
            todo += [here + link if link.startswith("?") else link for link in links if "to=" not in link]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_a_firm_that_has_nothing_yet_says_so(world, client_of, language):
    """Every second of the cast in each language; the words themselves are held by test_korean and test_catalogues."""
    pages, texts, doubled = 0, set(), set()
    for name in in_turn(list(world.people), LANGUAGES.index(language), 2):
        client = client_of(name)
        speak(client, language)
        for path, body in pages_from(client, "/"):
            pages += 1
            assert f'<html lang="{language}"' in body, path
            doubled |= {f"{name} on {path}" for name in twice(ID.findall(body))}
            texts |= {words_of(text) for text in EMPTY.findall(body)}
    assert doubled == set()
    assert pages > 100
    assert len(texts) > 15
    assert not [text for text in texts if not is_in(language, text)]
