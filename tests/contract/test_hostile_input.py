"""Values that no field can use, sent to every operation of the API and every page, at every place: never a 500."""

import logging
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.api import ApiClient
from tests.contract.hostile import TEXTS, VALUES, forms_on, operations, page_routes, put, some_texts, some_values
from tests.thorough import THOROUGH, in_turn
from tests.walk.test_routes import id_for, make_things, path_of

pytestmark = pytest.mark.long

ROLES = ("buyer", "supplier", "inspector", "receiver", "coordinator", "buyer-admin", "supplier-quality")
MACHINES = ("join/", "site/", "site/consents/", "site/withdrawals/", "site/lots/", "site/drift/", "site/leave/", "time/")
SIGNED = ("Dure-Signature", "Dure-Key", "Dure-Time", "Idempotency-Key", "Authorization", "X-Unknown", "Accept-Language")


@pytest.fixture
def things(world, committed):
    logging.disable(logging.ERROR)  # every refusal would be written
    yield make_things(world)
    logging.disable(logging.NOTSET)


def client_for(client: Client) -> Client:
    client.raise_request_exception = False
    return client


def first(names: Iterable[str], serves: Callable[[str], bool], most: int = 1) -> list[str]:
    """Who is served, asked in this order until so many are found; in a thorough run all."""
    served = (name for name in names if serves(name))
    return list(served if THOROUGH else islice(served, most))


def in_order(names: Sequence[str], turn: int) -> Sequence[str]:
    """Another is asked first from turn to turn."""
    return (*names[turn % len(names) :], *names[: turn % len(names)])


class Tries:
    """Sends, undoes, counts and keeps what failed."""

    def __init__(self) -> None:
        self.count = 0
        self.failed: list[str] = []

    def send(self, what: str, call, *arguments, **options) -> int:
        self.count += 1
        with transaction.atomic():
            response = call(*arguments, **options)
            transaction.set_rollback(True)
        assert not connection.needs_rollback
        if response.status_code >= 500:
            self.failed.append(f"{response.status_code} {what}")
            print(self.failed[-1][:200], flush=True)
        return response.status_code

    def check(self, least: int) -> None:
        print(f"{self.count} tries")
        assert self.count >= least
        assert not self.failed, f"{len(self.failed)} of {self.count}:\n" + "\n".join(self.failed[:60])


def test_every_operation_refuses_hostile_values_in_words(world, things):
    programs = {name: client_for(ApiClient.of(world, name).client) for name in ROLES}
    tries, found = Tries(), operations()
    for operation in found:
        path = path_of(operation.path.replace("{id}", "<int:pk>").lstrip("/"), things)

        def send(what, client, path, raw=None, query=None, operation=operation, **headers):
            return tries.send(
                f"{operation.method} {operation.path} {what}",
                client.generic,
                operation.method,
                path,
                raw if raw is not None else put(operation.body or {}, (), "{}"),
                "application/json",
                query_params=query,
                headers=headers,
            )

        able = first(ROLES, lambda name, path=path, send=send: send("plain", programs[name], path) != 403)
        client = programs[able[0] if able else "buyer"]
        for turn, query in enumerate(operation.queries):
            for name in in_turn(list(TEXTS), turn + operation.path.count("e"), 3):
                send(f"{query}={name}", client, path, query={query: TEXTS[name]})
        if "{id}" in operation.path:
            for text in (ENDLESS_ID, "9223372036854775808", "%00", "-1", "²"):
                send(f"id {text[:20]}", client, operation.path.replace("{id}", text))
        for turn, place in enumerate(operation.places):
            for name, raw in some_values(turn + operation.path.count("e")).items():
                send(f"{place} {name}", client, path, put(operation.body, place, raw))
        for header in SIGNED[:-2]:
            send(f"{header} é", client, path, **{header: "é"})
    assert len(found) >= 50
    tries.check(least=2000)


ENDLESS_ID = "9" * 5000


def test_doors_of_machines_refuse_hostile_values_before_any_signature(world, things):
    tries, client = Tries(), client_for(Client())
    addresses = [f"/api/learning/{name}" for name in MACHINES]
    run = path_of("api/learning/runs/<int:pk>/", things)
    addresses += [f"{run}{name}" for name in ("job/", "rounds/1/", "progress/", "failure/")]
    addresses += [f"/api/learning/runs/{2**63}/job/", f"/api/learning/runs/{ENDLESS_ID}/job/", "/api/schema/"]
    for turn, address in enumerate(addresses):
        for name, raw in (VALUES if "join" in address else some_values(turn)).items():
            tries.send(f"{address} {name}", client.post, address, raw, content_type="application/json")
            body = put({"token": "t", "public_key": "k", "version": "1"}, ("token",), raw)
            tries.send(f"{address} token {name}", client.post, address, body, content_type="application/json")
        for header in SIGNED:
            for value in ("é", ENDLESS_ID):
                for method in in_turn(("get", "post"), turn, 2):
                    what = f"{method} {address} {header}: {value[:10]}"
                    tries.send(what, getattr(client, method), address, headers={header: value})
    tries.check(least=400)


def test_every_page_and_every_form_refuses_hostile_values_in_words(world, things):
    browsers = {}
    for name in ROLES:
        browsers[name] = client_for(Client(headers={"accept-language": "en"}))
        browsers[name].force_login(world.people[name], backend="apps.accounts.backends.EmailBackend")
    tries, routes, fields, seen = Tries(), list(page_routes()), 0, set()
    for number, page in enumerate(routes):
        if "sign-out" in page.route:
            continue
        address = path_of(page.route, things)
        pages: dict[str, Any] = {}

        def opens(name, pages=pages, address=address):
            pages[name] = browsers[name].get(address)
            return pages[name].status_code < 400

        able = first(in_order(ROLES, number), opens, most=2) or ["buyer"]
        queries = sorted(page.queries) if pages[able[0]].status_code == 200 else ()
        for turn, query in enumerate(queries):
            for name, text in some_texts(turn + len(address)).items():
                tries.send(f"GET {address} {query}={name}", browsers[able[0]].get, address, {query: text})
        if "<int" in page.route:
            for text in ("9223372036854775808", ENDLESS_ID, "%00", "²"):
                path = address.replace(str(id_for(page.route, things)), text)
                tries.send(f"{path[:60]}", browsers[able[0]].get, path)
                tries.send(f"POST {path[:60]}", browsers[able[0]].post, path)
        for role in able:
            html = pages[role].content.decode(errors="replace") if pages[role].status_code == 200 else ""
            for form in forms_on(address, html):
                key = (form.action, frozenset(form.fields))
                if key in seen or "sign-out" in form.action:
                    continue
                seen.add(key)
                fields += len(form.fields)
                for turn, wanted in enumerate(form.fields):
                    for name, text in some_texts(turn + len(seen)).items():
                        what = f"POST {form.action} {wanted}={name}"
                        tries.send(what, browsers[role].post, form.action, {**form.fields, wanted: text})
    # Acts whose form stands on no page of this world: every field that their module reads.
    shown, hidden = {action for action, _names in seen}, 0
    for page in routes:
        address = path_of(page.route, things)
        if "sign-out" in page.route or address in shown:
            continue

        def takes(name, address=address):
            return tries.send(f"POST {address} by {name}", browsers[name].post, address) not in (403, 405)

        willing = first(ROLES, takes)
        hidden += len(page.fields) if willing else 0
        for turn, wanted in enumerate(sorted(page.fields) if willing else ()):
            for name, text in some_texts(turn + len(address)).items():
                tries.send(f"POST {address} {wanted}={name}", browsers[willing[0]].post, address, {wanted: text})
    print(f"{len(routes)} pages, {len(seen)} forms, {fields} fields, {hidden} fields of acts without a form here")
    assert len(routes) >= 60
    assert fields >= 100
    assert hidden >= 20
    tries.check(least=1500)
