"""Every form that posts carries a key of its own, and whatever takes a form looks at the key: sent twice, it acts once."""

import re
from pathlib import Path

import pytest
from django.template import engines
from django.test import Client

from tests.rooms import told_by_rooms

from .test_routes import routes

TEMPLATES = sorted(Path("apps").glob("*/templates/**/*.html"))
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL | re.IGNORECASE)
POSTS = re.compile(r"""\bmethod\s*=\s*["']?post\b""", re.IGNORECASE)


def posting_forms(text: str) -> list[str]:
    return [body for tag, body in FORM.findall(text) if POSTS.search(tag)]


def without_a_key(text: str) -> list[str]:
    """Forms whose token is missing; `{% csrf_token %}` is our own, which writes the key too."""
    return [body for body in posting_forms(text) if body.count("{% csrf_token %}") != 1]


def test_every_form_of_every_template_that_posts_carries_one_key():
    found = {path: path.read_text() for path in TEMPLATES}
    assert {str(path): without_a_key(text) for path, text in found.items() if without_a_key(text)} == {}
    assert sum(len(posting_forms(text)) for text in found.values()) > 60
    tags = [text.lower().count("<form") for text in found.values()]
    assert tags == [len(FORM.findall(text)) for text in found.values()], "a form that is closed elsewhere was not looked at"


@pytest.mark.parametrize(
    "planted",
    ['<form method="post"><button></button></form>', "<FORM class=x METHOD=POST>\n{{ form }}</FORM>"],
)
def test_the_walk_fails_on_a_form_without_a_key(planted):
    assert without_a_key("<form>{% csrf_token %}</form>" + planted)


def test_the_token_of_a_form_writes_its_key():
    template = engines["django"].from_string("<form method=post>{% csrf_token %}</form>").template
    assert type(template.nodelist.get_nodes_by_type(object)[1]).__module__ == "apps.ui.templatetags.ui"


def path_of(route: str) -> str:
    return "/" + re.sub(r"<\w+:\w+>", "1", route)


def test_every_address_that_takes_a_form_looks_at_its_key(world, client_of):
    """A key that is none is a 400 before anything else is read, to whoever may do the act."""
    answers: dict[str, set[int]] = {}
    browsers = [client_of(name) for name in world.people]
    for route in routes():
        if route.startswith("api/"):
            continue
        seen = answers.setdefault(route, set())
        for number, browser in enumerate([Client()] if "sign-out" in route else browsers):  # which would end the walk
            seen.add(browser.post(path_of(route), {"form_key": "x"}).status_code)
            if 400 in seen or (number and seen == {405}):  # a method that two are refused is refused before anybody is known
                break
    takes = {route for route, seen in answers.items() if seen != {405}}
    asked = {route for route in takes if 400 in answers[route]}
    assert takes - asked == told_by_rooms("unasked").keys()
    assert len(asked) > 40


def test_what_is_asked_while_somebody_types_does_not_take_the_forms_key():
    """Asked twice with the same values it would be answered as done before, and the form be held for sent."""
    asking = re.compile(r"<[^>]*hx-post=[^>]*hx-trigger=\"[^\"]*input from:closest form[^>]*>", re.DOTALL)
    found = [(path, tag) for path in Path("apps").glob("*/templates/**/*.html") for tag in asking.findall(path.read_text())]
    assert found
    assert [str(path) for path, tag in found if 'hx-params="not form_key"' not in tag] == []
