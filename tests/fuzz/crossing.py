"""Seeded tries to reach another firm's rows: any person, any route, foreign ids wherever an id may stand."""

import json
from collections import Counter, defaultdict
from random import Random
from typing import Any

from django.db import transaction
from django.test import Client

from apps.accounts import services
from tests.contract.hostile import Operation, operations, page_routes
from tests.fuzz.marked import MARK, Marked
from tests.world import World, as_person

# A word of a route or a field → the kind of its id.
KINDS = {
    **{"changes": "change", "schedule": "schedule", "orders": "order", "shipment": "shipment", "deliveries": "shipment"},
    **{"inspection": "lot", "partner_part": "part", "parts": "part", "part": "part", "relation": "relation"},
    **{"scorecards": "relation", "partner": "organization", "organization": "organization", "site": "site"},
    **{"inbox": "notification", "notification": "notification", "line": "schedule", "lot": "lot", "place": "order"},
}
HEADERS = (
    "X-Organization",
    "X-Organization-Id",
    "X-Forwarded-User",
    "Dure-Organization",
    "Idempotency-Key",
    "X-Forwarded-Host",
)
WORDS = ("all", "open", "buyer", "supplier", "late", "panel", "table", "2026-11", "1", "200")


class Crossing:
    """What one seed tries, and what came back that should not have.

    Args:
        believed: for the control: firms that people are believed to act for, instead of their own. They only read then, by
            ids that each may really read, so that many answers show what the firm believed in must not see.
    """

    def __init__(self, world: World, marked: Marked, seed: int, believed: dict[str, int] | None = None) -> None:
        self.marked, self.chance = marked, Random(seed)
        self.is_control, self.firms = believed is not None, believed or marked.firms
        self.ids, self.numbers = marked.ids, marked.numbers
        self.hits: list[str] = []
        self.answers: Counter[int] = Counter()
        self.typed: defaultdict[str, set[str]] = defaultdict(set)
        self.browsers, self.programs = {}, {}
        for name, user in marked.people.items():
            self.browsers[name] = Client(headers={"accept-language": "en"}, raise_request_exception=False)
            self.browsers[name].force_login(user, backend="apps.accounts.backends.EmailBackend")
            self.programs[name] = Client(headers=self._token(marked, name), raise_request_exception=False)
        self.calls = [call for call in self._calls() if not self.is_control or call[0].method == "GET"]

    @staticmethod
    def _token(marked: Marked, name: str) -> dict[str, str]:
        with as_person(marked, name) as door:
            secret = services.create_token(name="fuzz", acts=sorted(door.scope.acts), days=1)[1]
        return {"authorization": f"Bearer {secret}", "accept-language": "en"}

    @staticmethod
    def _calls() -> list[tuple[Operation, bool]]:
        """Every operation of the API, and every page by both methods with the names that its module reads."""
        found = [(operation, True) for operation in operations()]
        for page in page_routes():
            # Health is nobody's, and says 503 where no relay runs, as here.
            if "sign-out" in page.route or "static" in page.route or page.route.startswith("health"):
                continue
            for method in ("GET", "POST"):
                fields = sorted(page.fields) if method == "POST" else []
                path = "/" + page.route.replace("<int:pk>", "{id}").replace("<int:change_pk>", "{change}")
                found.append((Operation(method, path, sorted(page.queries), dict.fromkeys(fields, "")), False))
        return found

    def id_for(self, name: str) -> int:
        kind = next((kind for word, kind in KINDS.items() if word in name), None)
        if kind is None or self.chance.random() < 0.15:
            kind = self.chance.choice(sorted(self.ids))
        return self.chance.choice(self.ids[kind] or [1])

    def value_for(self, name: str) -> str:
        drawn = self.chance.random()
        if drawn < 0.55:
            return str(self.id_for(name))
        if drawn < 0.8:
            return self.chance.choice(["", "PO-", "ASN-", "L-"]) + self.chance.choice(self.numbers or WORDS)
        return self.chance.choice(WORDS)

    def filled(self, body: Any, name: str = "") -> Any:
        """The example with ids and numbers of anybody at every place."""
        if isinstance(body, dict):
            return {key: self.filled(value, f"{name} {key}") for key, value in body.items()}
        if isinstance(body, list):
            return [self.filled(value, name) for value in body]
        if isinstance(body, int) and not isinstance(body, bool):
            return self.id_for(name.rpartition(" ")[2])
        if body == "1" and self.chance.random() < 0.3:
            return self.chance.choice(self.numbers or WORDS)
        return body

    def one(self) -> None:
        """One try, undone afterwards."""
        name = self.chance.choice(sorted(self.marked.people))
        operation, is_api = self.chance.choice(self.calls)
        if self.is_control:
            self.ids, self.numbers = self.marked.own[name], self.marked.numbers_of(self.marked.firms[name])
        pk = self.id_for(operation.path)
        path = operation.path.replace("{id}", str(pk)).replace("{change}", str(self.id_for("changes")))
        for word in ("<int:site>", "<int:run>", "<int:number>"):
            path = path.replace(word, str(self.chance.randint(1, 9)))
        queries = [q for q in operation.queries if self.chance.random() < (0.1 if self.is_control else 0.5)]
        query = {q: self.value_for(q) for q in queries}
        body = self.filled(operation.body) if is_api else {q: self.value_for(q) for q in operation.body or {}}
        headers = {h: str(self.id_for("organization")) for h in HEADERS[:-1] if self.chance.random() < 0.15}
        client = self.programs[name] if is_api and self.chance.random() < 0.7 else self.browsers[name]
        sent = json.dumps([path, query, body, headers])
        with transaction.atomic():
            if is_api and operation.method != "GET":
                data: dict[str, Any] = {"data": json.dumps(body), "content_type": "application/json"}
            else:
                data = {"data": body} if operation.method == "POST" else {}
            method = getattr(client, operation.method.lower())
            answer = method(path, query_params=query, headers=headers, **data)
            transaction.set_rollback(True)
        self.answers[answer.status_code // 100] += 1
        self.judge(name, f"{name} {operation.method} {path} {query}", sent, answer, pk)

    def judge(self, name: str, what: str, sent: str, answer: Any, pk: int) -> None:
        firm = self.firms[name]
        if answer.status_code >= 500:
            self.hits.append(f"{answer.status_code}: {what}")
        if answer.headers.get("Content-Type") == "application/pdf":
            if pk not in self.marked.shipments.get(firm, ()):
                self.hits.append(f"a paper of another firm: {what}")
            return
        told = answer.content.decode(errors="replace") + answer.headers.get("Location", "")
        # A number that somebody has typed comes back to them, also later: a message of success waits for the next page.
        self.typed[name] |= {mark for mark in MARK.findall(sent) if mark.endswith("nz")}
        foreign = (
            set(MARK.findall(told)) - self.marked.readable.get(firm, set()) - set(MARK.findall(sent)) - self.typed[name]
        )
        if foreign:
            self.hits.append(f"{sorted(foreign)}: {what}")
