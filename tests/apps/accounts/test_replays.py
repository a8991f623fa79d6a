"""A repeated write: answered as the first was, to whoever may do it now, without what is shown once."""

import json
import re

import pytest

from apps.accounts import services
from apps.accounts.idempotency import digest_of
from apps.accounts.models import ApiToken, IdempotentRequest
from apps.orders.models import PurchaseOrder
from tests.api import ApiClient
from tests.walk.test_routes import ROLES
from tests.world import as_person, draft

KEY = "k-1"


def write_operations(client) -> list[tuple[str, str, int]]:
    """(method, path, status of success) of every write of the API that a token may be sent to."""
    found = []
    for path, operations in (
        client.get("/api/schema/", headers={"accept": "application/vnd.oai.openapi+json"}).json()["paths"].items()
    ):
        for method, operation in operations.items():
            if method in ("post", "put", "patch", "delete") and operation.get("security"):
                status = min(int(status) for status in operation["responses"] if status.startswith("2"))
                found.append((method, re.sub(r"\{\w+\}", "999999", path), status))
    return found


def remembered(world, name: str, method: str, path: str, status: int) -> object:
    """As if the person had done this before; the answer that was kept."""
    answer = None if status == 204 else {"kept": path}
    with as_person(world, name) as door:
        IdempotentRequest.objects.create(
            organization_id=door.organization_id,
            user=world.people[name],
            key=KEY,
            digest=digest_of(method.upper(), path, b"{}"),
            status=status,
            answer=answer,
        )
    return answer


def send(api: ApiClient, method: str, path: str):
    headers = {"idempotency-key": KEY}
    return getattr(api.client, method)(path, "{}", content_type="application/json", headers=headers)


@pytest.fixture
def operations(client, world):
    found = write_operations(client)
    assert len(found) > 30
    assert {"post", "delete"} <= {method for method, _path, _status in found}
    return found


def test_every_write_is_replayed_with_its_status_and_body_and_not_done_again(world, operations):
    programs = {name: ApiClient.of(world, name) for name in ROLES[1:]}
    for method, path, status in operations:
        let_in = 0
        for name, api in programs.items():
            answer = remembered(world, name, method, path, status)
            response = send(api, method, path)
            if response.status_code != 403:
                let_in += 1
                assert response.status_code == status, (method, path, response.content)
                assert response.headers["idempotency-replayed"] == "true"
                assert response.content == b"" if status == 204 else response.json() == answer
            with as_person(world, name):
                IdempotentRequest.objects.all().delete()
        assert let_in, (method, path)


def test_no_replay_for_a_token_without_the_act(world, operations):
    """The token was given one act; whatever needs another is refused, although its owner did it once with another token."""
    refused = 0
    programs = {name: ApiClient.of(world, name, acts=["view_members"]) for name in ("coordinator",)}
    programs |= {name: ApiClient.of(world, name, acts=["manage_tokens"]) for name in ("buyer", "supplier")}
    for method, path, status in operations:
        for name, api in programs.items():
            if "/tokens/" in path or "/notifications/" in path:
                continue
            remembered(world, name, method, path, status)
            response = send(api, method, path)
            assert (response.status_code, response.json()["code"]) == (403, "act_missing"), (method, path)
            refused += 1
            with as_person(world, name):
                IdempotentRequest.objects.all().delete()
    assert refused > 60


def test_the_secret_of_a_new_token_is_neither_kept_nor_replayed(world, api_of):
    api = api_of("buyer", acts=["manage_tokens", "view_orders"])
    body = {"name": "ERP", "acts": ["view_orders"], "days": 1}
    first, again = (api.post("/api/tokens/", body, key=KEY) for _ in range(2))
    secret = first.json()["secret"]
    assert secret.startswith(services.TOKEN_PREFIX)
    assert again.json() == {**first.json(), "secret": ""}
    with as_person(world, "buyer"):
        assert secret not in json.dumps(list(IdempotentRequest.objects.values_list("answer", flat=True)))
        assert ApiToken.objects.filter(name="ERP").count() == 1


def test_a_deleted_draft_is_gone_once_and_the_answer_has_no_body(world, api_of):
    order, api = draft(world), api_of("buyer")
    answers = [api.client.delete(f"/api/orders/{order.pk}/", headers={"idempotency-key": KEY}) for _ in range(2)]
    assert [(a.status_code, a.content) for a in answers] == [(204, b""), (204, b"")]
    assert "idempotency-replayed" not in answers[0].headers
    assert answers[1].headers["idempotency-replayed"] == "true"
    with as_person(world, "buyer"):
        assert not PurchaseOrder.objects.exists()
