"""The real server on one connection: an answer without a body leaves nothing for the next one to stumble over."""

import http.client
from urllib.parse import urlsplit

import pytest

from apps.accounts import services
from tests.world import as_person, draft

pytestmark = pytest.mark.browser


def test_a_replayed_delete_leaves_the_connection_clean(address, world, committed):
    order = draft(world)
    with as_person(world, "buyer") as door:
        _token, secret = services.create_token(name="ERP", acts=door.scope.acts, days=1)
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k-1"}
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    answers = []
    for method, path in (*[("DELETE", f"/api/orders/{order.pk}/")] * 2, ("GET", "/api/me/")):
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        answers.append((answer.status, answer.read()[:1]))
    assert answers == [(204, b""), (204, b""), (200, b"{")]
