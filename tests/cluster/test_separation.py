"""Who runs what: decided from who starts it, which users there are, and whether they can reach interpreter and code."""

import os
import pwd
import stat
from configparser import RawConfigParser
from types import SimpleNamespace

import pytest

from cluster.runtime import separation, state, supervise, users
from cluster.runtime.separation import Separation
from federated.agreed.accounts import Account

WEB, SUPERLINK = Account("dure-web", 4001, 4001), Account("dure-superlink", 4002, 4002)
STATE = state.State(1, 2, "the-secret-of-all-roles", "the-key-of-django", "/nowhere")


def test_without_root_everything_runs_as_who_starts_it_and_that_is_said(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 4000)
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: pwd.struct_passwd(("kim", "x", 4000, 4000, "", "/", "/bin/sh")))
    found = separation.decide(STATE)
    assert (found.web, found.superlink, found.settings()) == (None, None, {})
    assert "every program of kim on this machine can read their data" in users.note()


def test_where_a_user_cannot_be_made_nothing_is_separated_and_it_is_said(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(users, "named", lambda name: pwd.getpwnam("nobody"))
    found = separation.decide(STATE)
    assert (found.web, found.superlink) == (None, None)
    assert "the user dure-web cannot be made" in found.why


def test_where_a_user_cannot_reach_the_interpreter_the_folder_in_the_way_is_named(monkeypatch, tmp_path):
    closed = tmp_path / "closed"
    monkeypatch.setattr("pathlib.Path.stat", open_but(closed))
    assert separation.barrier(closed / "bin" / "python") == closed
    assert separation.barrier(tmp_path / "x") is None
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(users, "named", lambda name: pwd.struct_passwd((name, "x", 4001, 4001, "", "/", "")))
    monkeypatch.setattr(Account, "of", lambda name: Account(name, 4001, 4001))
    monkeypatch.setattr(separation.sys, "executable", str(closed / "bin" / "python"))
    found = separation.decide(STATE)
    assert found.web is None
    assert found.why.startswith(f"web and SuperLinks run as root: dure-web cannot enter {closed}")


def open_but(closed):
    """`Path.stat` of a machine where everybody may enter every folder but one."""

    def found(path, **others):
        return os.stat_result((stat.S_IFDIR | (0o700 if path == closed else 0o755), *[0] * 9))

    return found


def programs(tmp_path, monkeypatch, found: Separation) -> RawConfigParser:
    monkeypatch.setattr(supervise, "CHECKOUT", tmp_path)
    monkeypatch.setattr(supervise, "read_or_create", lambda: STATE)
    (tmp_path / ".dure").mkdir()
    written = supervise.write_settings(host="127.0.0.1", port=8000, workers=1, users=found)
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    read = RawConfigParser(inline_comment_prefixes=None)
    read.read(written)
    return read


def test_each_program_gets_its_user_and_only_the_secrets_it_needs(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    read = programs(tmp_path, monkeypatch, Separation(WEB, SUPERLINK, folder=tmp_path))
    of = {name: read.get(f"program:{name}", "user", fallback="") for name in supervise.PROGRAMS}
    assert of == {
        **dict.fromkeys(("web", "relay", "worker", "beat"), "dure-web"),
        **{"gateway": "dure-superlink", "superlinks": "", "services": ""},
    }
    web, gateway = (read.get(f"program:{name}", "environment") for name in ("web", "gateway"))
    assert STATE.secret_key in web
    assert STATE.role_password("app_system") in web
    assert not [secret for secret in (STATE.password, STATE.role_password("owner")) if secret in web]
    assert f'"{STATE.secret_key}"' not in gateway
    assert {f'{name}=""' for name in separation.SECRETS} <= set(gateway.split(","))


def test_without_users_the_programs_stay_with_the_supervisors_own(tmp_path, monkeypatch):
    read = programs(tmp_path, monkeypatch, Separation())
    assert not [name for name in read.sections() if read.has_option(name, "user")]


@pytest.mark.parametrize("given", ["", "postgresql://admin:s%40cret@db.example:6000/firm"])
def test_the_web_applications_settings_open_its_own_roles_and_no_other(monkeypatch, given):
    monkeypatch.setenv("DATABASE_URL", given)
    monkeypatch.setenv("DURE_APP_PASSWORD", "set by an administrator")
    found = separation.for_web(STATE)
    assert found["DURE_APP_PASSWORD"] == "set by an administrator"
    assert found["DURE_APP_SYSTEM_PASSWORD"] == state.derived_password("s@cret" if given else STATE.password, "app_system")
    place = "app@db.example:6000/firm" if given else "app@127.0.0.1:1/dure"
    assert found["DATABASE_URL"] == f"postgresql://{place}"


def test_what_an_operator_names_is_kept_and_the_users_are_taken_away_with_the_others(monkeypatch, tmp_path):
    monkeypatch.setenv("DURE_LEARNING_FOLDER", "/srv/learning")
    found = Separation(WEB, SUPERLINK, folder=tmp_path).settings()
    assert found["DURE_LEARNING_FOLDER"] == "/srv/learning"
    assert found["DURE_SUPERLINK_USER"] == "dure-superlink"
    assert {"dure-web", "dure-superlink"} <= set(users.NAMES.values())


class System:
    """Users of a machine, and its `userdel`, which refuses while a process of the user runs."""

    def __init__(self, monkeypatch, *, busy: str = ""):
        self.there = {"root", *users.NAMES.values()}
        self.busy = busy
        monkeypatch.setattr(users, "_exists", lambda name: name in self.there)
        monkeypatch.setattr(users.subprocess, "run", self.userdel)

    def userdel(self, words, **options):
        name = words[-1]
        if name == self.busy:
            return SimpleNamespace(returncode=8, stderr=f"userdel: user {name} is currently used by process 89\n")
        self.there.remove(name)
        return SimpleNamespace(returncode=0, stderr="")


def test_the_users_are_removed_and_nobody_else_and_a_second_time_none(monkeypatch):
    system = System(monkeypatch)
    assert users.remove() == ["dure-postgres", "dure-valkey", "dure-web", "dure-superlink"]
    assert system.there == {"root"}
    assert users.remove() == []


def test_a_user_whose_server_runs_stays_and_it_is_said(monkeypatch):
    system = System(monkeypatch, busy="dure-valkey")
    with pytest.raises(RuntimeError, match=r"dure-valkey stays: .* used by process 89 Stop the services first"):
        users.remove()
    assert {"dure-valkey", "dure-web", "dure-superlink"} <= system.there


def test_what_a_removed_user_left_goes_to_the_one_made_anew(monkeypatch, tmp_path):
    folder = tmp_path / "web"
    (folder / "mail").mkdir(parents=True)
    (folder / "mail" / "1.log").write_text("x")
    (folder / "elsewhere").symlink_to("/")
    given = []
    monkeypatch.setattr(os, "chown", lambda path, uid, gid, **options: given.append((str(path), uid, gid)))
    Account("dure-web", os.getuid() + 1, 7).give(folder)
    names = ("web/mail", "web/elsewhere", "web/mail/1.log", "web")
    assert sorted(given) == sorted((str(tmp_path / name), os.getuid() + 1, 7) for name in names)
    given.clear()
    Account("dure-web", os.getuid(), 7).give(folder)
    assert given == [(str(folder), os.getuid(), 7)]
