"""Values that no field should be given, and where they may be put: operations of the schema, pages, their fields."""

import base64
import inspect
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

from tests.thorough import in_turn

ENDLESS = "9" * 5000


def forged(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


TEXTS = {
    "5,000 digits": ENDLESS,
    "5,000 digits below zero": f"-{ENDLESS}",
    "beyond 64 bits": "9223372036854775808",
    "19 nines": "9" * 19,
    "a huge power of ten": "1e999999999",
    "a tiny power of ten": "1e-999999999",
    "no number": "NaN",
    "without end": "Infinity",
    "NUL": "a\x00b",
    "digits of another script": "٣",
    "a raised digit": "²",
    "an open bracket 5,000 times": "[" * 5000,
    "a month that is none": "2026-99",
    "text without end": "x" * 20_000,
    "right to left": "a\u202eb",
    "a cursor with NUL": forged('["\\u0000", 1]'),
    "a cursor without end": forged("[Infinity, 1]"),
    "a cursor without end, alone": forged("[1e999]"),
    "a cursor beyond 64 bits": forged("[9223372036854775808]"),
    "a cursor beyond 64 bits, in a pair": forged('["2026-01-01", 9223372036854775808]'),
    "a deep cursor": forged("[" * 100_000),
}
# As they stand in a body, unquoted.
VALUES = {name: json.dumps(text) for name, text in TEXTS.items() if "cursor" not in name} | {
    "an endless number": ENDLESS,
    "a number beyond 64 bits": "9223372036854775808",
    "a number far below zero": "-9223372036854775809",
    "a number that is infinite": "1e999",
    "NaN": "NaN",
    "half a character": '"\\ud800"',
    "NUL in a name": '{"a\\u0000": 1}',
    "nested 60 deep": "[" * 60 + "]" * 60,
    "nested 200,000 deep": "[" * 200_000,
    "nothing": "null",
    "yes": "true",
    "an empty list": "[]",
    "a list of nothing": "[null]",
    "an object": "{}",
    "a whole number as a fraction": "1.5",
}


CORE = ("an endless number", "beyond 64 bits", "a number that is infinite", "NUL", "nothing", "nested 60 deep")
LATER = [name for name in VALUES if name not in CORE]


def some_values(turn: int) -> dict[str, str]:
    """Of the values that have broken most every second, of the others every twelfth: each is sent at many places."""
    return {name: VALUES[name] for name in (*in_turn(CORE, turn, 2), *in_turn(LATER, turn, 12))}


def some_texts(turn: int) -> dict[str, str]:
    """Every tenth of the texts, in their turn."""
    return {name: TEXTS[name] for name in in_turn(list(TEXTS), turn, 10)}


@dataclass
class Operation:
    """One operation of the schema: what a call of it may carry."""

    method: str
    path: str
    queries: list[str] = field(default_factory=list)
    body: Any = None
    places: list[tuple[Any, ...]] = field(default_factory=list)


def operations() -> list[Operation]:
    """Every operation of the schema; ids in paths are left as `{id}`."""
    schema = SchemaGenerator().get_schema(public=True)
    parts = schema["components"]["schemas"]
    found = []
    for path, methods in schema["paths"].items():
        for method, described in methods.items():
            parameters = described.get("parameters", [])
            queries = [p["name"] for p in parameters if p["in"] == "query"]
            content = described.get("requestBody", {}).get("content", {}).get("application/json")
            body = example(content["schema"], parts) if content else None
            found.append(Operation(method.upper(), path, queries, body, list(leaves(body))))
    return found


def example(shape: dict[str, Any], parts: dict[str, Any]) -> Any:
    """The smallest value that has every field of a shape."""
    if "$ref" in shape:
        return example(parts[shape["$ref"].rpartition("/")[2]], parts)
    for word in ("allOf", "oneOf", "anyOf"):
        if word in shape:
            return example(shape[word][0], parts)
    if "enum" in shape:
        return shape["enum"][0]
    kind = shape.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: example(inner, parts) for name, inner in shape.get("properties", {}).items()} or {"a": 1}
    if kind == "array":
        return [example(shape["items"], parts)]
    dates = {"date": "2027-01-15", "date-time": "2027-01-15T09:00:00Z"}
    if kind == "string":
        return dates.get(shape.get("format"), "1")
    return {"integer": 1, "number": 1, "boolean": True}.get(kind, 1)


def leaves(body: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a body, rows and objects included."""
    if body is None:
        return
    yield place
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, value in inner:
        yield from leaves(value, (*place, name))


MARK = "@@here@@"


def put(body: Any, place: tuple[Any, ...], raw: str) -> str:
    """The body as text with a raw value at one place."""
    if not place:
        return raw
    copy = json.loads(json.dumps(body))
    target = copy
    for name in place[:-1]:
        target = target[name]
    target[place[-1]] = MARK
    return json.dumps(copy).replace(json.dumps(MARK), raw)


@dataclass
class PageRoute:
    route: str
    queries: set[str]
    fields: set[str]


def page_routes(patterns=None, prefix="") -> Iterator[PageRoute]:
    """Every page, with the query parameters and form fields that its module reads."""
    for pattern in patterns or get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from page_routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and not route.startswith("api/"):
            yield PageRoute(route, names_read(pattern.callback, "GET"), names_read(pattern.callback, "POST"))


def names_read(view: Any, kind: str) -> set[str]:
    source = inspect.getsource(sys.modules[view.__module__])
    return set(re.findall(rf'{kind}(?:\.get|\.getlist)?[\[(]"([\w-]+)"', source))


@dataclass
class Form:
    action: str
    fields: dict[str, str]


class Forms(HTMLParser):
    """Forms that are posted, as they stand on a page; fields that point to a form by id included."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.found: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.loose: list[tuple[str, str, str]] = []
        self.open: Form | None = None
        self.queries: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        values = {name: value or "" for name, value in attrs}
        self.queries |= set(re.findall(r"[?&]([\w-]+)=", values.get("href", "") + values.get("hx-get", "")))
        if tag == "form":
            posted = values.get("method", "").lower() == "post"
            self.open = Form(values.get("action") or self.address, {}) if posted else None
            if self.open:
                self.found.append(self.open)
                self.by_id[values.get("id", "")] = self.open
        elif tag in ("input", "select", "textarea", "button") and "name" in values:
            if values.get("form"):
                self.loose.append((values["form"], values["name"], values.get("value", "")))
            elif self.open:
                self.open.fields[values["name"]] = values.get("value", "1")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None

    def forms(self) -> list[Form]:
        for target, name, value in self.loose:
            if target in self.by_id:
                self.by_id[target].fields[name] = value
        return self.found


def forms_on(address: str, html: str) -> list[Form]:
    parser = Forms(address)
    parser.feed(html)
    return parser.forms()
