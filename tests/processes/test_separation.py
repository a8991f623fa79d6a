"""Web and SuperLink as users of their own: what each can do with the other's port, files and processes; and runs end."""

import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from apps.learning import superlinks
from cluster.runtime import separation, state
from federated.agreed.keys import new_key, public_text
from federated.benchmark.flower import finish, wait_until_online
from federated.door.admission import COUNTED, Admitted, write_tables
from tests.federated.flower import Federation
from tests.federated.sites import contract
from tests.federated.test_guard import as_another_user, let_in

pytestmark = pytest.mark.processes


@pytest.fixture
def users():
    found = separation.decide(state.read_or_create())
    if not found.web:
        pytest.skip(found.why or "only root can start programs as other users")
    return found


@pytest.fixture
def folder():
    """That other users may enter, unlike the tests' own."""
    made = Path(tempfile.mkdtemp(prefix="dure-test-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def federation(users, folder):
    found = Federation(folder, users.superlink)
    yield found
    found.close()


def readable(paths: list[Path], user) -> list[str]:
    def attempt() -> list[str]:
        found = []
        for path in paths:
            try:
                found.append(f"{path}: {path.read_bytes()[:1]!r}")
            except PermissionError:
                continue
        return found

    return as_another_user(attempt, user)


def owner(path: Path) -> int:
    return path.stat().st_uid


def test_the_web_applications_user_gets_nothing_of_a_superlink(users, federation):
    place = federation.place
    place.hand_key("7", b"k" * 32)
    processes = [federation.flower.superlink.pid, federation.flower.executor.pid]
    assert {owner(Path(f"/proc/{pid}")) for pid in processes} == {users.superlink.uid}
    secret = [place.token_file, place.executor_secret_file, place.folder / "server.key", place.keys_folder / "7"]
    assert len(readable(secret, users.superlink)) == len(secret)
    assert readable([*secret, *(Path(f"/proc/{pid}/environ") for pid in processes)], users.web) == []
    assert [path for path in secret if stat.S_IMODE(path.stat().st_mode) & 0o027] == []
    assert let_in(federation, users.web) == []


def test_the_superlinks_user_gets_nothing_of_the_web_application(users, folder):
    current = state.read_or_create()
    settings = separation.for_web(current)
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys; print('up', flush=True); sys.stdin.read()"],
        **{"env": settings, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE},
        **users.web.popen,
    )
    assert process.stdout.readline() == b"up\n"
    users.web.give(folder / "files")
    mail = folder / "files" / "mail"
    as_another_user(lambda: mail.write_text("a link that works once"), users.web)
    secret = [Path(f"/proc/{process.pid}/environ"), state.STATE_FILE, mail]
    assert len(readable([secret[0], mail], users.web)) == 2
    assert readable(secret, users.superlink) == []
    process.communicate()
    # And the web application's own user knows neither who owns the tables nor who makes roles.
    assert readable([state.STATE_FILE], users.web) == []
    known = " ".join(settings.values())
    assert not [secret for secret in (current.password, current.role_password("owner")) if secret in known]


def test_the_door_is_read_by_the_gateway_and_of_it_the_web_application_reads_the_authority_only(users, folder, settings):
    settings.LEARNING_FOLDER, settings.SUPERLINK_USER = folder, users.superlink.name
    superlinks.prepare_door()
    door = folder / "door"
    write_tables(door, [Admitted("1", public_text(new_key()), "127.0.0.1:1", door / "ca.pem")], group=users.superlink.gid)
    private = [door / "server.key", door / "sites.json", door / "upstreams.pem"]
    assert len(readable(private, users.superlink)) == len(private)
    assert readable(private, users.web) == []
    assert len(readable([door / "ca.pem"], users.web)) == 1
    as_another_user(lambda: (door / COUNTED).write_text("{}"), users.superlink)
    with pytest.raises(AssertionError, match="Permission"):
        as_another_user(lambda: (door / "sites.json").write_text("{}"), users.superlink)


def test_a_run_ends_well_with_a_superlink_of_another_user(federation):
    agreed = contract(rounds=2, deadline_s=60)
    for number, site in enumerate(("alpha", "beta")):
        federation.add(site, agreed, number)
        federation.start_node(site)
    wait_until_online(federation.control, 2)
    run = federation.start("1", agreed, ["alpha", "beta"])
    assert finish(federation.control, run) == "finished:completed"
    assert owner(federation.desk / "1" / "rounds.jsonl") == federation.place.account.uid
