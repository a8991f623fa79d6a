"""The factory's own commands, against a web application that is played by a small server in this process."""

import socket
import subprocess
import sys
import threading
import tomllib
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import polars as pl
import pytest

from federated.agreed.keys import is_signed, public_text
from federated.factory.home import Home
from federated.factory.serving import risk_server
from federated.models.memory import Memory
from federated.use.bundle import read_bundle
from federated.use.decisions import Calibration
from federated.use.verdicts import proof_of

from .office import Office
from .sites import rows_as_told, table


def test_joining_makes_the_key_on_site_and_hands_in_its_public_half_only(office, home, joined):
    (path, body), *_ = office.calls
    assert path == "join/"
    assert set(body) == {"token", "public_key", "version"}
    assert home.key_file.read_text().startswith("-----BEGIN OPENSSH PRIVATE KEY-----")
    assert home.key_file.stat().st_mode & 0o077 == 0
    assert tomllib.loads(home.settings_file.read_text())["site"] == "alpha"


def test_a_refused_token_writes_nothing_and_names_the_remedy(office, home, run, capsys):
    assert run("join", f"{office.address}/training/join/used") == 2
    assert not home.folder.exists()
    assert "Remedy: Create a new one." in capsys.readouterr().err


def test_joining_twice_is_refused(office, joined, run, capsys):
    assert run("join", f"{office.address}/training/join/good") == 2
    assert "joined already" in capsys.readouterr().err


def test_what_is_no_joining_address_is_named(run, capsys):
    assert run("join", "good") == 2
    assert "Copy the whole line" in capsys.readouterr().err


def test_approving_shows_the_contract_and_signs_its_hash_here(office, joined, run, capsys):
    assert run("approve", "--yes", "--person", "Kim") == 0
    shown = capsys.readouterr().out
    agreed = office.contracts[0]
    assert "pressure [bar]: a number from 0 to 200" in shown
    assert "weights of the network" in shown
    path, body = office.calls[-1]
    assert (path, body["hash"], body["person"]) == ("site/consents/", agreed.hash, "Kim")
    assert is_signed(office.public_key, agreed.hash.encode(), body["signature"])
    assert joined.pinned(agreed.hash) == agreed


def test_withdrawing_takes_the_pin_back_even_when_the_server_is_away(office, joined, run):
    run("approve", "--yes")
    office.server.shutdown()
    office.server.server_close()
    assert run("withdraw") == 2
    assert joined.approved() == {}


def test_a_contract_that_was_taken_back_is_not_kept_pinned_and_says_why(office, joined, run, capsys):
    office.faults.add("taken back")
    assert run("approve", "--yes") == 2
    assert joined.approved() == {}
    said = capsys.readouterr().err
    assert "The contract was taken back." in said
    assert "Wait for the next version." in said


def test_checking_says_how_many_rows_fit_and_names_what_does_not(joined, run, capsys):
    assert run("check") == 0
    assert "200 rows with" in capsys.readouterr().out
    table(0).rename({"pressure": "Druck"}).write_csv(joined.folder / "rows" / "rows.csv")
    assert run("check") == 2
    assert "pressure: The table has a column for every name in the contract." in capsys.readouterr().err


def test_rows_may_come_from_a_query_on_the_mes(joined, run, capsys):
    import sqlalchemy

    database = f"sqlite:///{joined.folder / 'mes.db'}"
    frame = table(1)
    with sqlalchemy.create_engine(database).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE shots (pressure REAL, temperature REAL, mould TEXT, y INTEGER)")
        connection.exec_driver_sql("INSERT INTO shots VALUES (?, ?, ?, ?)", [tuple(row) for row in frame.rows()])
    settings = joined.settings()
    joined.write_settings(type(settings)(**{**vars(settings), "database": database, "query": "SELECT * FROM shots"}))
    assert run("check") == 0
    assert "200 rows with" in capsys.readouterr().out


def test_a_dry_run_prints_what_would_leave_and_sends_nothing(office, joined, run, capsys):
    before = len(office.calls)
    assert run("dry-run") == 0
    shown = capsys.readouterr().out
    assert "reply to “count”" in shown
    assert "array weights: shape" in shown
    assert "reply to “calibrate”" in shown
    assert "error: ''" in shown
    assert not [line for line in shown.splitlines() if line.startswith("error:") and line != "error: ''"]
    assert "Nothing was sent." in shown
    assert len(office.calls) == before
    cells = set(table(0)["pressure"])
    assert not [word for word in shown.replace(",", " ").split() if word in cells]


def test_scoring_writes_a_risk_beside_each_new_row_with_a_released_model(office, joined, run, tmp_path, capsys):
    table(3, 50).drop("y").write_csv(tmp_path / "new.csv")
    words = ("score", str(tmp_path / "new.csv"), "--out", str(tmp_path / "scored.csv"))
    assert run(*words) == 2
    assert "No model is released to this factory yet." in capsys.readouterr().err
    office.released = [{"run": "7", "contract": office.contracts[0].hash, "number": 1}]
    assert run(*words) == 0  # the weights come from the server: this site was not there at the end of the run
    shown = capsys.readouterr().out
    assert "50 rows scored with the model of run 7" in shown
    assert "how it does at sites it had never seen is not measured yet" in shown
    scored = pl.read_csv(tmp_path / "scored.csv")
    assert scored.columns == ["pressure", "temperature", "mould", "risk", "alarm", "verdict", "factors", "advice"]
    assert scored["risk"].is_between(0, 1).all()
    assert set(scored["verdict"]) == {"inspect"}  # no held-out rows of this site prove anything
    assert "This model holds no proof of this site" in shown
    office.server.shutdown()
    office.server.server_close()
    assert run(*words) == 0  # and now they are here


def test_lots_that_the_contract_does_not_name_are_refused_before_anything_is_written(office, joined, run, tmp_path, capsys):
    table(3, 50).drop("y").write_csv(tmp_path / "new.csv")
    office.released = [{"run": "7", "contract": office.contracts[0].hash, "number": 1}]
    target = tmp_path / "scored.csv"
    assert run("score", str(tmp_path / "new.csv"), "--out", str(target), "--lots", str(tmp_path / "lots.csv")) == 2
    assert "names no column of lots" in capsys.readouterr().err
    assert not target.exists()


def test_a_site_that_took_no_part_is_told_what_others_like_it_got(office, joined, run, tmp_path, capsys):
    table(3, 50).drop("y").write_csv(tmp_path / "new.csv")
    unseen = {"unseen_sites": 6, "unseen_auprc": 0.71, "unseen_auprc_q1": 0.64, "unseen_auprc_q3": 0.78}
    office.released = [{"run": "7", "contract": office.contracts[0].hash, "number": 1, "unseen": unseen}]
    assert run("score", str(tmp_path / "new.csv"), "--out", str(tmp_path / "scored.csv")) == 0
    shown = capsys.readouterr().out
    assert "At 6 sites that it had never seen it reached AUPRC 0.710 (half of them between 0.640 and 0.780)" in shown


def test_an_alarm_is_what_the_sites_own_cost_of_a_miss_says(office, joined, run, tmp_path, capsys):
    table(3, 50).drop("y").write_csv(tmp_path / "new.csv")
    office.released = [{"run": "7", "contract": office.contracts[0].hash, "number": 1}]
    alarms = {}
    for cost in (0.2, 10.0):
        joined.write_settings(replace(joined.settings(), miss_cost=cost))
        assert run("score", str(tmp_path / "new.csv"), "--out", str(tmp_path / "scored.csv")) == 0
        scored = pl.read_csv(tmp_path / "scored.csv")
        assert (scored["alarm"] == (scored["risk"] >= 1 / (1 + cost))).all()
        alarms[cost] = scored["alarm"].sum()
    assert alarms[0.2] < alarms[10.0]
    joined.write_settings(replace(joined.settings(), miss_cost=0.0))
    capsys.readouterr()
    assert run("score", str(tmp_path / "new.csv"), "--out", str(tmp_path / "scored.csv")) == 2
    assert "miss_cost" in capsys.readouterr().err


def test_verdicts_agree_with_alarms_and_keep_the_shares_that_the_site_set(office, joined, run, tmp_path, capsys):
    table(3, 400).drop("y").write_csv(tmp_path / "new.csv")
    agreed = office.contracts[0]
    office.released = [{"run": "7", "contract": agreed.hash, "number": 1}]
    words = ("score", str(tmp_path / "new.csv"), "--out", str(tmp_path / "scored.csv"))
    assert run(*words) == 0
    deployment = joined.read_deployment("7")
    deployment = replace(deployment, calibration=Calibration(1.0, -2.0))
    proven = np.linspace(deployment.risks(agreed, rows_as_told(3, agreed)).max() + 1e-6, 1, 40)
    joined.write_deployment("7", replace(deployment, proof=proof_of(proven, np.ones(40), proven, np.ones(40))))
    counts = {}
    for share in (0.02, 0.4):
        joined.write_settings(replace(joined.settings(), missed_share=share, miss_cost=0.05))
        capsys.readouterr()
        assert run(*words) == 0
        said = capsys.readouterr().out
        assert ("No row is ok" in said) == (share == 0.02)
        scored = pl.read_csv(tmp_path / "scored.csv")
        assert not scored.filter(pl.col("alarm") & (pl.col("verdict") == "ok")).height
        assert scored.filter(pl.col("verdict") == "defect")["alarm"].all()
        counts[share] = (scored["verdict"] == "ok").sum()
    assert counts[0.02] == 0
    assert counts[0.4] > 0
    joined.write_settings(replace(joined.settings(), miss_cost=1000.0))
    assert run(*words) == 0
    assert "ok" not in set(pl.read_csv(tmp_path / "scored.csv")["verdict"])  # every row is an alarm
    joined.write_settings(replace(joined.settings(), missed_share=1.5))
    assert run(*words) == 2
    assert "missed_share = 1.5: a share lies between 0 and 1" in capsys.readouterr().err


def test_a_bundle_is_written_and_signed_with_the_sites_key(office, joined, run, tmp_path, capsys):
    office.released = [{"run": "7", "contract": office.contracts[0].hash, "number": 1}]
    assert run("bundle", "--out", str(tmp_path / "model.zip")) == 0
    assert "signed with this site's key" in capsys.readouterr().out
    assert "model.onnx" in read_bundle((tmp_path / "model.zip").read_bytes(), public_text(joined.key()))


def test_the_local_endpoint_answers_rows_with_risks_and_names_what_is_wrong(office, joined):
    office.released = [{"run": "7", "contract": office.contracts[0].hash, "number": 1}]
    with risk_server(joined, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client = httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}")
        assert [f["name"] for f in client.get("/").json()["features"]] == ["pressure", "temperature", "mould"]
        good = {"pressure": 101.5, "temperature": None, "mould": "A"}
        found = client.post("/risks", json={"rows": [good, {**good, "pressure": 120}]}).json()
        assert (found["run"], len(found["rows"])) == ("7", 2)
        assert 0 <= found["rows"][0]["risk"] <= 1
        assert found["rows"][0]["alarm"] is (found["rows"][0]["risk"] >= 1 / 11)
        wrong = client.post("/risks", json={"rows": [{**good, "pressure": "12 bar"}]})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_rows")
        assert "pressure" in wrong.json()["rule"]
        assert "Remedy" in wrong.json()["rule"]
        assert client.post("/risks", json={"rows": []}).json()["code"] == "invalid_body"
        assert client.post("/risks", content=b"{").status_code == 400
        assert client.post("/else", json={}).status_code == 404
        server.shutdown()


def test_status_tells_what_has_left_the_site(office, joined, run, capsys):
    run("approve", "--yes")
    joined.note({"run": "1", "kind": "train", "round": 1, "bytes": 2_000_000})
    capsys.readouterr()
    assert run("status") == 0
    shown = capsys.readouterr().out
    assert "countersigned" in shown
    assert "1 replies have left this site, 2.0 MB packed" in shown


def test_leaving_asks_and_keeps_ledger_and_models_which_score_on(office, joined, run, tmp_path, capsys, monkeypatch):
    """The bug: ledger and models were deleted without a question, and a kept model had no settings to score with."""
    run("approve", "--yes")
    joined.note({"run": "7", "kind": "train", "round": 1, "bytes": 2_000_000})
    table(3, 50).drop("y").write_csv(tmp_path / "new.csv")
    office.released = [{"run": "7", "contract": office.contracts[0].hash, "number": 1}]
    words = ("score", str(tmp_path / "new.csv"), "--out", str(tmp_path / "scored.csv"))
    assert run(*words) == 0
    joined.write_settings(replace(joined.settings(), miss_cost=3.0))
    monkeypatch.setattr("builtins.input", lambda _question: "no")
    assert run("leave") == 1
    assert joined.key_file.exists()
    assert office.calls[-1][0] != "site/leave/"
    monkeypatch.setattr("builtins.input", lambda _question: "yes")
    joined.claim("7", "train/1", "digest", 1)
    joined.write_memory("7", 1, Memory())
    assert run("leave") == 0
    assert [path.name for path in (joined.folder / "runs").glob("*/*")] == ["asked.json"]
    assert office.calls[-1][0] == "site/leave/"
    assert not joined.key_file.exists()
    assert not (joined.folder / "approved").exists()
    assert (joined.folder / "rows" / "rows.csv").exists()
    assert [entry["bytes"] for entry in joined.ledger()] == [2_000_000]
    asked = len(office.calls)
    assert run(*words) == 0
    assert run("status") == 0
    assert len(office.calls) == asked  # nobody is asked any more
    for refused in (("approve",), ("bundle", "--out", str(tmp_path / "b.zip")), ("run",)):
        capsys.readouterr()
        assert run(*refused) == 2
        assert "This site has left its federation." in capsys.readouterr().err
    assert run("join", f"{office.address}/training/join/good") == 0
    assert joined.settings().miss_cost == 3.0  # what was said of rows and verdicts still holds
    assert not joined.claim("7", "train/1", "another", 1)  # the same rows are asked no more often than before
    assert joined.settings().rows == "rows"
    assert run("leave", "--yes") == 0
    joined.write_settings(replace(joined.settings(), database="sqlite://", query="SELECT 1"))
    assert run("join", f"{office.address}/training/join/good", "--rows", str(tmp_path / "other")) == 0
    told = joined.settings()
    assert (told.rows, told.query, told.miss_cost) == (str(tmp_path / "other"), "", 3.0)  # what is said now holds
    assert run("leave", "--yes", "--forget") == 0
    assert not joined.ledger()
    assert not joined.claim("7", "train/1", "another", 1)
    assert not (joined.folder / "models").exists()
    assert (joined.folder / "rows" / "rows.csv").exists()


def test_a_node_whose_site_leaves_meanwhile_ends_by_itself(office, joined, monkeypatch):
    """The bug: it ended with a FileNotFoundError."""
    from federated.factory import node
    from federated.factory.running import run

    def leaving(*_given, **_named):
        joined.key_file.unlink()
        raise FileNotFoundError(joined.key_file)

    monkeypatch.setattr(node, "serve", leaving)
    assert run(joined) == 0


def plant(fault: str, office: Office, home: Home, monkeypatch) -> None:
    """One fault at this factory, or on its way."""
    settings = home.settings()

    def change(**values) -> None:
        home.write_settings(type(settings)(**{**vars(settings), **values}))

    if fault in ("clock", "version", "suspended"):
        office.faults.add(fault)
    elif fault == "settings":
        home.settings_file.write_text("site = ")
    elif fault == "key":
        home.key_file.chmod(0o644)
    elif fault == "name":
        change(gateway="no-such-name.invalid:9443")
    elif fault == "connection":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            change(gateway=f"127.0.0.1:{probe.getsockname()[1]}")
    elif fault == "TLS":
        pass  # the office's port speaks plain HTTP: as behind a proxy that takes TLS away
    elif fault == "contract":
        home.withdraw(office.contracts[0].hash)
    elif fault == "changed":
        pin = home.folder / "approved" / f"{office.contracts[0].hash}.json"
        pin.write_text(pin.read_text().replace('"rounds": 3', '"rounds": 300'))
    elif fault == "column":
        table(0).drop("mould").write_csv(home.folder / "rows" / "rows.csv")
    elif fault == "server":
        change(server="http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("fault", "step", "fix"),
    [
        ("settings", "settings", "Compare it with the example"),
        ("key", "key", "chmod 600"),
        ("server", "server", "dure-factory doctor"),
        ("suspended", "server", "Ask."),
        ("clock", "clock", "timedatectl set-ntp true"),
        ("version", "version", "pip install 'dure-factory==9.0.0'"),
        ("name", "name", "let your DNS know the name"),
        ("connection", "connection", "firewall open outbound TCP"),
        ("TLS", "TLS", "opens TLS on the way"),
        ("contract", "contract", "dure-factory approve"),
        ("changed", "contract", "Read it again"),
        ("column", "rows", "run `dure-factory map`"),
    ],
)
def test_the_doctor_finds_a_planted_fault_and_names_its_fix(office, joined, run, capsys, monkeypatch, fault, step, fix):
    run("approve", "--yes")
    plant(fault, office, joined, monkeypatch)
    capsys.readouterr()
    assert run("doctor") == 1
    lines = capsys.readouterr().out.splitlines()
    failed = next(n for n, line in enumerate(lines) if line.startswith(f"FAIL {step}:"))
    assert lines[failed + 1].startswith("     fix: ")
    assert fix in lines[failed + 1]
    others = [line for line in lines if line.startswith("FAIL") and not line.startswith((f"FAIL {step}:", "FAIL TLS:"))]
    assert others == []


def test_the_installable_part_needs_no_django(tmp_path):
    """What `pip install ./federated` would install is whole: every module of the tree stands in its list of packages."""
    settings = tomllib.loads(Path("federated/pyproject.toml").read_text())
    listed = set(settings["tool"]["setuptools"]["packages"])
    code = "import pathlib; print(*{'.'.join(p.parent.parts) for p in pathlib.Path('federated').rglob('*.py')})"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {name for name in found if "__pycache__" not in name} == listed
    assert not [d for d in settings["project"]["dependencies"] if "django" in d.lower()]
