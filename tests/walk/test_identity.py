"""What `app` and `app_system` ask of the database in every step of sign-in: nothing about identity.

The walk over all routes looks at the same (test_routes.py).
"""

import re
from contextlib import ExitStack

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.tasks import send_address_changed, send_address_letters
from apps.tenancy.access.tables import IDENTITY_TABLES
from tests.walk.test_routes import IDENTITY, OTHERS
from tests.world import PASSWORD

NEW = "another-long-password-2"


@pytest.fixture
def asked(world, committed):
    """Statements of each connection, while the block runs: `with asked() as statements: ...`"""

    class Asked(ExitStack):
        def __enter__(self):
            super().__enter__()
            self.captured = {
                alias: self.enter_context(CaptureQueriesContext(connections[alias])) for alias in (*OTHERS, "identity")
            }
            return self

        def of(self, *aliases):
            return [query["sql"] for alias in aliases for query in self.captured[alias].captured_queries]

    return Asked


def test_no_step_of_sign_in_asks_for_identity_as_app(world, asked):
    client = Client()
    with asked() as statements:
        body = {"login": "buyer@test.example", "password": "wrong"}
        assert client.post("/account/sign-in/", body).status_code == 422
        assert client.post("/account/sign-in/", body | {"password": PASSWORD}).status_code == 302
        assert client.get("/account/sessions/").status_code == 200
        change = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        assert client.post("/account/password/", change).status_code == 302
        assert client.post("/account/settings/", {"name": "B", "language": "en", "time_zone": "UTC"}).status_code == 302
        assert client.post("/account/code/", {"code": "271828", "oldpassword": NEW}).status_code == 302
        address = {"email": "moved@test.example", "oldpassword": NEW}
        assert client.post("/account/address/", address).status_code == 302
        send_address_letters(user_id=world.people["buyer"].pk, address="moved@test.example")
        link = re.search(r"/account/address/\S+", mail.outbox[-2].body).group()
        assert client.get(link).status_code == 200
        assert client.post(link).status_code == 302
        send_address_changed(user_id=world.people["buyer"].pk, old="buyer@test.example")
        assert client.post("/account/sign-out/").status_code == 302
        assert client.post("/account/password/reset/", {"email": "moved@test.example"}).status_code == 302
        link = re.search(r"/account/password/reset/\S+", mail.outbox[-1].body).group()
        form = client.get(link).headers["location"]
        assert client.post(form, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302
        assert client.get("/").status_code == 200
    assert [sql for sql in statements.of(*OTHERS) if IDENTITY.search(sql)] == []
    tables = {table for sql in statements.of("identity") for table in IDENTITY.findall(sql)}
    assert tables >= set(IDENTITY_TABLES) - {"account_emailconfirmation"}
