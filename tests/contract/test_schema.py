"""The whole API against its own description, with each role's token: no 5xx, no undocumented answer (schemathesis)."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.accounts import services
from tests.chain import whole
from tests.thorough import count, in_turn
from tests.world import as_person, published

pytestmark = pytest.mark.long

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
ROLES = ("buyer", "receiver", "inspector", "supplier", "supplier-quality", "stranger", "coordinator")


@pytest.fixture
def schema(world):
    """The schema as the product publishes it, over a world in which everything has happened once."""
    published(world)
    whole(world)
    for signal in (request_started, request_finished):  # as Django's own test client does: the test's transaction stays open
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def token_of(world, name: str) -> str:
    with as_person(world, name) as door:
        return services.create_token(name="contract", acts=sorted(door.scope.acts), days=1)[1]


@pytest.mark.parametrize("role", ROLES)
def test_the_api_answers_as_it_says(world, schema, role):
    headers = {"Authorization": f"Bearer {token_of(world, role)}", "Accept-Language": "en"}
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 45
    broken = []
    for operation in in_turn(operations, ROLES.index(role), 3):  # each by two or three of the roles
        try:
            walk(operation, headers, count(5, 30))
        except FailureGroup as group:
            broken.append(f"{operation.label}: {'; '.join(str(e) for e in group.exceptions)}")
    assert not broken, "\n\n".join(broken)
    assert not connection.needs_rollback


def walk(operation, headers, examples: int) -> None:
    """Some well-formed and some broken calls of one operation; each is undone."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case):
        with transaction.atomic():
            response = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS)

    call()
