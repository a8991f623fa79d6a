"""The services of a checkout: state, ports, roles, and that the web process stays light."""

import json
import os
import socket
import stat
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings

from cluster.runtime import roles, state, supervise


def test_the_state_is_readable_for_its_owner_only():
    if not state.STATE_FILE.exists():
        state.read_or_create()
    assert stat.S_IMODE(state.STATE_FILE.stat().st_mode) == 0o600
    assert state.STATE_FILE.relative_to(state.CHECKOUT).parts[0] == ".dure"


def test_a_free_port_is_really_free_and_below_the_kernels_own():
    port = state.free_port(25000)
    assert port < 32768
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert state.free_port(25000) != port


def test_the_passwords_of_the_roles_differ_and_are_not_the_secret():
    one = state.State(1, 2, "secret", "key", "/x")
    assert len({one.role_password(role) for role in roles.ROLES} | {one.password}) == len(roles.ROLES) + 1


def test_a_new_checkout_in_an_old_ones_place_gets_data_of_its_own(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert state.default_data_dir() != state.default_data_dir()
    assert state.default_data_dir().parent.name == "dure"


def test_preparing_the_roles_again_changes_nothing(django_db_setup):
    roles.prepare_database(settings.ADMIN_DATABASE_URL, settings.TEST_DATABASE_NAME)
    with psycopg.connect(settings.ADMIN_DATABASE_URL, dbname=settings.TEST_DATABASE_NAME) as admin:
        row = admin.execute(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = 'app'"
        ).fetchone()
    assert row == (False,)


def test_the_web_process_starts_without_torch():
    code = "import cluster.asgi, sys; print([m for m in ('torch', 'flwr') if m in sys.modules])"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "cluster.settings.test"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=state.CHECKOUT)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_supervisor_runs_every_program_and_restarts_it(tmp_path, monkeypatch):
    monkeypatch.setattr(supervise, "CHECKOUT", tmp_path)
    (tmp_path / ".dure").mkdir()
    text = supervise.write_settings(host="127.0.0.1", port=8000, workers=2).read_text()
    assert [name for name in supervise.PROGRAMS if f"[program:{name}]" in text] == list(supervise.PROGRAMS)
    assert text.count("autorestart=true") == len(supervise.PROGRAMS) + 2  # and the example factories, and HTTPS
    secure = text[text.index("[program:secure]") :].split("\n\n")[0]
    assert "autostart=false" in secure.splitlines(), "nothing listens to the network unless it is asked for"
    assert "{" not in text
    # What follows the example run starts with the run and ends by itself.
    release = text[text.index("[program:release]") :].split("\n\n")[0]
    assert {"autostart=false", "autorestart=false"} <= set(release.splitlines())


KEY = "a-key-of-fifty-characters-and-more-drawn-at-random-0123456789"


@pytest.mark.parametrize("name", ["DURE_SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_production_names_the_setting_that_is_missing(name):
    present = {
        "DURE_SECRET_KEY": KEY,
        "DATABASE_URL": "postgres://a:b@c/d",
        "REDIS_URL": "redis://c",
        "DURE_HOSTS": "x.kr",
    }
    environment = {k: v for k, v in os.environ.items() if k not in present} | present
    environment.pop(name)
    code = "import cluster.settings.production"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=state.CHECKOUT)
    assert done.returncode == 1
    assert done.stderr.strip().startswith(f"{name} is not set")


@pytest.mark.parametrize(
    ("name", "value"),
    [("DURE_SECRET_KEY", "short"), ("DURE_SECRET_KEY", "x" * 60), ("DURE_HOSTS", "*"), ("DURE_HOSTS", "x.kr,.kr")],
)
def test_production_refuses_a_key_that_can_be_guessed_and_hosts_without_a_name(name, value):
    present = {"DATABASE_URL": "postgres://a:b@c/d", "REDIS_URL": "redis://c", "DURE_HOSTS": "x.kr", "DURE_SECRET_KEY": KEY}
    code = "import cluster.settings.production"
    for setting, is_refused in (({name: value}, True), ({}, False)):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            env=os.environ | present | setting,
            cwd=state.CHECKOUT,
        )
        assert done.returncode == int(is_refused), done.stderr
        assert done.stderr.strip().startswith(f"{name}: ") == is_refused


def test_only_what_is_read_comes_by_the_page(client):
    paths = client.get("/api/schema/", headers={"accept": "application/json"}).json()["paths"]
    acts = [(path, name, act["responses"]) for path, acts in paths.items() for name, act in acts.items() if name != "get"]
    assert len(acts) > 100
    assert [(path, name) for path, name, answers in acts if "/Paginated" in str(answers)] == []


def test_the_schema_is_openapi_3_1_and_valid(tmp_path):
    from django.core.management import call_command
    from openapi_spec_validator import validate

    target = tmp_path / "schema.json"
    call_command("spectacular", "--format", "openapi-json", "--file", str(target), "--fail-on-warn")
    schema = json.loads(target.read_text())
    assert schema["openapi"].startswith("3.1")
    validate(schema)
    assert all("401" in operation["responses"] for path in schema["paths"].values() for operation in path.values())
