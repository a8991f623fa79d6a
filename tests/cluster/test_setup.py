"""What `cluster.runtime.setup` writes: settings that production takes, units, nginx and compose that their programs read."""

import re
import shlex
import shutil
import stat
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from django.core.management import get_commands

from cluster.runtime import setup
from cluster.runtime.state import CHECKOUT
from tests.apps.operations.servers import tls_server

ADDRESS = ("--address", "dure.example", "--operator", "operator@dure.example")


@pytest.fixture
def folder(tmp_path):
    setup.main([str(tmp_path / "etc"), *ADDRESS, "--learning", str(tmp_path / "learning")])
    return tmp_path / "etc"


def settings_in(path: Path) -> dict[str, str]:
    return dict(shlex.split(line)[0].split("=", 1) for line in path.read_text().splitlines())


def units(folder: Path) -> dict[str, ConfigParser]:
    found = {}
    for path in sorted((folder / "systemd").iterdir()):
        parser = ConfigParser(strict=False, interpolation=None, delimiters=("=",))
        parser.optionxform = str
        parser.read_string(path.read_text())
        found[path.name] = parser
    return found


def test_settings_are_drawn_and_for_their_owner_alone(folder, tmp_path):
    other = tmp_path / "other"
    setup.main([str(other), *ADDRESS])
    for name in ("dure.env", "admin.env"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    one, two = settings_in(folder / "dure.env"), settings_in(other / "dure.env")
    secret = [name for name in one if name.endswith(("_PASSWORD", "_KEY", "REDIS_URL"))]
    drawn = set(secret) - {"DURE_OWNER_PASSWORD", "DURE_SMTP_PASSWORD"}
    assert len(drawn) == 5
    assert all(one[name] != two[name] for name in drawn)
    assert one["DURE_OWNER_PASSWORD"] == "not-for-serving"


def test_who_serves_gets_neither_the_owners_password_nor_the_administrators(folder):
    admin = settings_in(folder / "admin.env")
    serving = (folder / "dure.env").read_text()
    assert admin["DURE_OWNER_PASSWORD"] not in serving
    assert setup.urlsplit(admin["DATABASE_URL"]).password not in serving


def test_production_starts_with_them(folder):
    code = "import cluster.settings.production as s; print(s.DATABASES['default']['PASSWORD'], s.PUBLIC_URL)"
    given = settings_in(folder / "dure.env")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=given, cwd=CHECKOUT, check=False)
    assert done.stdout.split() == [given["DURE_APP_PASSWORD"], "https://dure.example"], done.stderr


def test_nothing_is_overwritten_and_what_is_missing_is_added(folder, capsys):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    (folder / "systemd" / "dure-web.service").unlink()
    setup.main([str(folder), *ADDRESS, "--learning", str(folder.parent / "learning")])
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    told = capsys.readouterr().out
    assert [line.split()[1] for line in told.splitlines() if line.startswith("written")][-1].endswith("dure-web.service")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--address", "https://dure.example", "--operator", "o@x.kr"), "--address"),
        (("--address", "*", "--operator", "o@x.kr"), "--address"),
        (("--address", "dure.example", "--operator", "nobody"), "--operator"),
        ((*ADDRESS, "--smtp", "mail.example"), "--smtp"),
        ((*ADDRESS, "--mail-from", "a b"), "--mail-from"),
        ((*ADDRESS, "--database-url", "postgresql://dure:short@h/dure"), "--database-url"),
        ((*ADDRESS, "--smtp-password", "a\nDURE_DEBUG=1"), "breaks lines"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_written(tmp_path, words, named):
    with pytest.raises(SystemExit) as refused:
        setup.main([str(tmp_path / "etc"), *words])
    assert named in str(refused.value)
    assert not (tmp_path / "etc").exists()


def test_half_of_the_settings_is_no_settings(folder):
    (folder / "admin.env").unlink()
    with pytest.raises(SystemExit) as refused:
        setup.main([str(folder), *ADDRESS])
    assert "dure.env" in str(refused.value)
    assert not (folder / "admin.env").exists()


def test_a_value_with_blanks_and_quotes_comes_through():
    for value in ("a b", "p$ss w#rd", 'q"uote'):
        assert shlex.split(setup.line("NAME", value))[0] == f"NAME={value}"


def test_units_are_read_and_start_what_there_is(folder):
    found = units(folder)
    starting = {name: unit["Service"]["ExecStart"] for name, unit in found.items() if "Service" in unit}
    assert {"dure-web.service", "dure-worker.service", "dure-relay.service", "dure-beat.service",
            "dure-superlinks.service", "dure-backup.service", "dure-prepare.service"} <= starting.keys()  # fmt: skip
    commands = get_commands()
    for name, path in ((name, folder / "systemd" / name) for name in starting):
        for line in re.findall(r"^ExecStart=(.*)$", path.read_text(), re.M):
            words = shlex.split(line)
            assert Path(words[0]).name in ("nginx",) or Path(words[0]).exists(), name
            if words[1:2] == ["manage.py"]:
                assert words[2] in commands, name
            elif words[1:2] == ["-m"]:
                subprocess.run([sys.executable, "-c", f"import {words[2]}"], check=True)
    wanted = found["dure.target"]["Unit"]["Wants"].split()
    assert set(wanted) <= found.keys()
    assert "{" not in "".join(path.read_text() for path in (folder / "systemd").iterdir())


def test_systemd_finds_nothing_wrong(folder):
    """Where there is systemd; what the units say is read in any case, above."""
    paths = [str(path) for path in sorted((folder / "systemd").iterdir())]
    if not shutil.which("systemd-analyze"):
        return
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *paths], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "dure" in line and "Command /usr/sbin/nginx" not in line]
    assert ours == []


def test_nginx_finds_nothing_wrong_with_both_doors(folder, tmp_path):
    door = tmp_path / "learning" / "door"
    door.mkdir(parents=True)
    for name in ("sites.map", "names.map"):
        (door / name).write_text("")
    with tls_server(tmp_path / "tls", days=60):
        public, private = tmp_path / "tls" / "tls.pem", tmp_path / "tls" / "tls.key"
    (door / "upstreams.pem").write_bytes(public.read_bytes())
    texts = ""
    for name in ("door.conf", "dure.conf"):  # as conf.d includes them
        text = (folder / "nginx" / name).read_text()
        texts += re.sub(r"/etc/letsencrypt\S+fullchain.pem", str(public), text).replace(
            "/etc/letsencrypt/live/dure.example/privkey.pem", str(private)
        )
    assert "listen 443 ssl" in texts
    assert "listen 0.0.0.0:9443 ssl" in texts
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/nginx.pid; error_log {tmp_path}/e.log;\nevents {{}}\nhttp {{\n{texts}\n}}\n")
    done = subprocess.run(["/usr/sbin/nginx", "-t", "-c", str(whole)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_compose_is_read_and_names_what_is_written(tmp_path):
    import yaml

    setup.main([str(tmp_path / "etc"), *ADDRESS, "--containers"])
    found = yaml.safe_load((tmp_path / "etc" / "compose.yaml").read_text())
    assert {"database", "redis", "prepare", "web", "worker", "relay", "beat", "superlinks"} == found["services"].keys()
    named = {path for one in found["services"].values() for path in one["env_file"]}
    assert all(Path(path).exists() for path in named)
    assert named == {str(tmp_path / "etc" / name) for name in ("dure.env", "admin.env", "database.env")}
    assert "@database:5432" in (tmp_path / "etc" / "dure.env").read_text()
    assert not (tmp_path / "etc" / "systemd").exists()
