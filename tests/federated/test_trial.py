"""A model is tried before joining: only what its key signed, only until its day, on rows that stay at home."""

import io
import json
import re
import zipfile
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import numpy as np
import polars as pl
import pytest

from federated.agreed.errors import FederatedError, InvalidRows
from federated.agreed.keys import fingerprint, new_key, public_text
from federated.agreed.trials import LOAD_AGAIN, check_moment, read_trial, write_trial
from federated.factory import cli, trying
from federated.factory.home import Home
from federated.factory.korean import KOREAN
from federated.factory.speech import speak, told
from federated.run.checkpoints import pack_checkpoint, unpack_checkpoint
from federated.run.engine import run_in_process
from federated.run.steps import Checkpoint
from federated.site.trial import BETTER, BLOCK, WORSE, Costs, _cost, _folds, trial

from .sites import contract, rows, sites

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
COSTS = Costs(100_000, 10_000)


@pytest.fixture(autouse=True)
def english():
    yield
    speak("en")


@pytest.fixture(scope="module")
def shared():
    agreed = contract(tree_rounds=8, rounds=4)
    return agreed, run_in_process(agreed, sites(agreed)).model


def bundle_of(shared, key, *, issued=NOW, days=14, server="https://cluster.example") -> bytes:
    agreed, model = shared
    checkpoint = pack_checkpoint(Checkpoint(12, model, {"control": np.ones(3)}, np.ones(2, np.uint8)))
    said = {
        "run": "7",
        "server": server,
        "code": "c0de",
        "released": {"unseen_sites": 4, "unseen_auprc": 0.6},
    }
    said |= {"issued_at": issued.isoformat(), "expires_at": (issued + timedelta(days=days)).isoformat()}
    return write_trial(agreed.document(), checkpoint, key, said=said)


def repacked(content: bytes, **changed: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name.partition(".")[0], old.read(name)))
    return buffer.getvalue()


def refused(content: bytes, *, now=NOW, key="") -> str:
    with pytest.raises(FederatedError) as caught:
        check_moment(read_trial(content, key=key), now)
    return caught.value.code


def test_a_bundle_is_the_signed_model_and_nothing_that_only_a_run_needs(shared):
    key = new_key()
    content = bundle_of(shared, key)
    found = read_trial(content, key=fingerprint(public_text(key)))
    assert found.contract.hash == shared[0].hash
    opened = unpack_checkpoint(found.model)
    np.testing.assert_array_equal(opened.model.weights, shared[1].weights)
    assert (opened.state, opened.notes) == ({}, None)


def test_what_is_changed_signed_by_another_or_over_is_refused(shared):
    key = new_key()
    content = bundle_of(shared, key)
    said = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("trial.json"))
    longer = json.dumps(said | {"expires_at": "2030-01-01T00:00:00+00:00"}).encode()
    assert refused(repacked(content, trial=longer)) == "bundle_changed"
    assert refused(repacked(content, model=b"x")) == "bundle_changed"
    assert refused(repacked(content, manifest=b"{}")) == "bundle_changed"
    assert refused(content[:-40]) == "bundle_changed"
    assert refused(bundle_of(shared, new_key()), key=fingerprint(public_text(key))) == "other_key"
    assert refused(content, now=NOW + timedelta(days=14)) == "trial_over"
    check_moment(read_trial(content), NOW + timedelta(days=13, hours=23))
    assert refused(content, now=NOW - timedelta(hours=1)) == "clock_off"
    assert LOAD_AGAIN in KOREAN


@pytest.fixture
def clock(monkeypatch):
    """A machine's clock that a test moves."""

    class Moved(datetime):
        at = NOW

        @classmethod
        def now(cls, tz=None):
            return cls.at

    monkeypatch.setattr(trying, "datetime", Moved)
    return Moved


def over(home: Home, file) -> str:
    with pytest.raises(FederatedError) as caught:
        trying.opened(home, str(file))
    return caught.value.code


def test_a_clock_that_is_set_back_wins_no_time(shared, tmp_path, clock):
    home, file, key = Home(tmp_path / "home"), tmp_path / "trial.zip", new_key()
    file.write_bytes(bundle_of(shared, key))
    assert trying.opened(home, str(file)).run == "7"
    for moment in (NOW + timedelta(days=20), NOW + timedelta(days=1)):
        clock.at = moment
        assert over(home, file) == "trial_over"
    # What the office made later says that it is later, whatever the clock shows.
    unused, later = tmp_path / "unused.zip", tmp_path / "later.zip"
    unused.write_bytes(bundle_of(shared, key, issued=NOW + timedelta(hours=1)))
    later.write_bytes(bundle_of(shared, key, issued=NOW + timedelta(days=30)))
    clock.at = NOW + timedelta(days=30)
    assert trying.opened(home, str(later)).run == "7"
    clock.at = NOW + timedelta(days=2)
    assert over(home, unused) == "trial_over"
    assert trying.opened(home, str(later)).run == "7"


def test_a_clock_that_was_ahead_for_a_day_ends_no_other_trial(shared, tmp_path, clock):
    home, files = Home(tmp_path / "home"), {name: tmp_path / f"{name}.zip" for name in ("first", "again", "forged", "other")}
    key, stranger = new_key(), new_key()
    files["first"].write_bytes(bundle_of(shared, key))
    files["again"].write_bytes(bundle_of(shared, key, issued=NOW + timedelta(minutes=10)))
    files["forged"].write_bytes(bundle_of(shared, stranger, issued=NOW + timedelta(days=4000)))
    files["other"].write_bytes(bundle_of(shared, new_key()))
    clock.at = NOW + timedelta(days=4000)
    assert over(home, files["first"]) == "trial_over"
    assert trying.opened(home, str(files["forged"])).run == "7"  # of a key that is not this office's
    clock.at = NOW + timedelta(hours=1)
    assert over(home, files["first"]) == "trial_over"
    assert trying.opened(home, str(files["again"])).run == "7"
    assert trying.opened(home, str(files["other"])).run == "7"


@pytest.mark.parametrize(
    "left", ['{"seen": "2099-01-01T00:00:00+00:00"}', "no json", '{"made": {"k": "soon"}, "over": []}', "[]"]
)
def test_what_an_earlier_release_left_or_somebody_damaged_ends_nothing(shared, tmp_path, clock, left):
    home, file = Home(tmp_path), tmp_path / "trial.zip"
    file.write_bytes(bundle_of(shared, new_key()))
    (tmp_path / "trials.json").write_text(left)
    assert trying.opened(home, str(file)).run == "7"
    assert set(json.loads((tmp_path / "trials.json").read_text())) == {"made", "over"}


def test_a_firm_with_few_rows_is_told_that_joining_helps_and_one_whose_parts_are_others_is_not(shared):
    agreed, model = shared
    few = rows(7, 240)
    found = trial(agreed, model, few, COSTS)
    assert (found.rows, found.defects, found.blocks, found.by_lot) == (240, few.positives, 240 // BLOCK, False)
    assert found.auprc.gain == pytest.approx(found.auprc.shared - found.auprc.own)
    assert found.auprc.low < found.auprc.gain < found.auprc.high
    turned = replace(few, labels=(1 - few.labels).astype(np.int8))
    against = trial(agreed, model, turned, COSTS)
    assert against.verdict == WORSE
    blind = replace(few, numeric=np.full_like(few.numeric, np.nan))
    assert trial(agreed, model, blind, COSTS).verdict != BETTER


def test_costs_are_won_of_a_thousand_rows_at_the_risk_that_they_say():
    costs = Costs(miss=100, alarm=10)
    assert costs.alarm_from == pytest.approx(10 / 110)
    labels, risks = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.05, 0.9, 0.2, 0.0])
    # One defect passes and one good part is called: 110 won in four rows; the second draw holds the found defect alone.
    assert _cost(labels, risks, costs, np.array([[1, 1, 1, 1], [0, 0, 4, 0]])).tolist() == pytest.approx([27_500, 0])


def test_the_own_model_judges_no_row_that_it_was_trained_on_and_lots_are_never_divided(shared, monkeypatch):
    agreed, model = shared
    few = rows(3, 200)
    few = replace(few, lots=np.array([f"L{place // 9}" for place in range(200)]))
    seen = []
    real = trying.trial.__globals__["train_alone"]
    monkeypatch.setitem(trying.trial.__globals__, "train_alone", lambda *words: seen.append(words[2]) or real(*words))
    made = trial(agreed, model, few, COSTS)
    assert (made.by_lot, made.blocks) == (True, 23)
    assert len(seen) == 5
    out = [set(few.lots) - set(part.lots) for part in seen]
    assert sum(map(len, out)) == 23
    for part, missing in zip(seen, out, strict=True):
        assert len(part) == len(few) - sum(lot in missing for lot in few.lots)


def test_too_few_defects_compare_nothing(shared):
    agreed, model = shared
    few = rows(7, 240)
    with pytest.raises(InvalidRows, match="10 defects"):
        trial(agreed, model, replace(few, labels=np.zeros(240, np.int8)), COSTS)


@pytest.mark.parametrize(
    ("of_defects", "of_good", "value"),
    [(["L1"], ["L1", "L2"], "1 with defects, 2 with good rows"), (["L1", "L2"], ["L2"], "2 with defects, 1 with good rows")],
)
def test_one_lot_that_holds_all_defects_is_named_before_anything_is_trained(shared, monkeypatch, of_defects, of_good, value):
    agreed, model = shared
    few = rows(7, 240)
    lots = np.array([(of_defects if label else of_good)[place % 2 - 1] for place, label in enumerate(few.labels)])
    monkeypatch.setitem(trying.trial.__globals__, "train_alone", lambda *_: pytest.fail("trained"))
    with pytest.raises(InvalidRows, match="a lot is never divided") as caught:
        trial(agreed.model_copy(update={"lot": "로트"}), model, replace(few, lots=lots), COSTS)
    assert (caught.value.place, caught.value.value, caught.value.code) == ("로트", value, "too_few_lots")
    assert "several lots hold defects" in caught.value.remedy
    speak("ko")
    assert told(caught.value).startswith("로트: 시험에는 불량이 있는 로트와 양품이 있는 로트가")
    assert not re.search("[a-z]{4}", told(caught.value).replace(value, ""))


def test_defects_of_few_lots_are_spread_over_the_parts(shared):
    """Five lots hold all defects, under names whose hashes all fell into one part before."""
    few = rows(7, 240)
    names = [name for name in (f"L{number}" for number in range(99)) if zlib.crc32(name.encode()) % 5 == 0][:5]
    defects = np.cumsum(few.labels) % 5
    lots = np.array([names[defects[place]] if label else f"G{place // 9}" for place, label in enumerate(few.labels)])
    found = _folds(replace(few, lots=lots))
    assert [len(set(found[lots == name])) for name in names] == [1] * 5
    assert sorted(np.bincount(found, weights=few.labels)) == sorted(np.bincount(defects[few.labels == 1]))
    assert np.ptp(np.bincount(found)) <= 18


@pytest.fixture
def plant(tmp_path):
    """Rows as a plant has them: Korean heads, OK and NG, CP949."""
    found = rows(7, 240)
    table = pl.DataFrame(
        {
            "사출압력(bar)": found.numeric[:, 0].round(2),
            "온도(°C)": found.numeric[:, 1].round(2),
            "금형": ["AB"[place] for place in found.categorical[:, 0]],
            "판정": ["NG" if label else "OK" for label in found.labels],
        }
    )
    file = tmp_path / "행.csv"
    file.write_bytes(table.write_csv(separator=";").encode("cp949"))
    return file


COLUMNS = [
    "--column",
    "pressure=사출압력(bar)",
    "--column",
    "temperature=온도(°C)",
    "--column",
    "mould=금형",
    "--column",
    "y=판정",
]
CODES = ["--good", "OK", "--defect", "NG", "--yes"]


def test_a_plant_reads_its_certificate_at_home_and_nothing_leaves(shared, tmp_path, plant, capsys, monkeypatch):
    key, file, home = new_key(), tmp_path / "trial.zip", ["--home", str(tmp_path / "home"), "--language"]
    file.write_bytes(bundle_of(shared, key, issued=datetime.now(UTC)))
    monkeypatch.setattr("httpx.Client", lambda **_: pytest.fail("something was sent"))
    words = ["try", str(file), str(plant), "--key", fingerprint(public_text(key)), *COLUMNS, *CODES]
    out = tmp_path / "certificate.html"
    assert cli.main([*home, "en", *words, "--miss-won", "250000", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    for text in ("240 rows with", "250,000 won a missed defect", "95% interval", "At 4 member sites", "Nothing was sent"):
        assert text in said
    page = out.read_text()
    assert page.startswith("<!doctype html>")
    assert "<strong>" in page
    assert cli.main([*home, "ko", *words]) == 0
    korean = capsys.readouterr().out
    assert "시험 증명서" in korean
    assert "Certificate" not in korean
    assert cli.main([*home, "en", *words[:-1], "--key", "SHA256:other", "--yes"]) == 2


def test_one_word_is_sent_and_no_figure(shared, tmp_path, monkeypatch, capsys):
    file, sent = tmp_path / "trial.zip", []
    file.write_bytes(bundle_of(shared, new_key(), issued=datetime.now(UTC)))
    answers = [{"is_offered": True}, {}, {"is_offered": False}]

    def call(server, *words):
        sent.append((str(server.client.base_url), *words))
        return answers.pop(0)

    monkeypatch.setattr(trying.Server, "call", call)
    assert cli.main(["--home", str(tmp_path / "home"), "tell", str(file), "convinced"]) == 0
    assert sent == [("https://cluster.example", "POST", "/api/learning/trials/", {"code": "c0de", "said": "convinced"})]
    assert "convinced" in capsys.readouterr().out
    for is_over in (False, True):
        assert cli.main(["--home", str(tmp_path / "home"), "--language", "en", "tell", str(file), "tried"]) == 0
        assert ("The trial is over" in capsys.readouterr().out) == is_over


def test_an_address_that_is_none_is_refused_by_its_name(shared, tmp_path, monkeypatch, capsys):
    file, home = tmp_path / "trial.zip", ["--home", str(tmp_path / "home"), "--language", "ko"]
    for address in ("https://a:b", "https://[::1", "https://\x00", "https://.", "nonsense"):
        file.write_bytes(bundle_of(shared, new_key(), issued=datetime.now(UTC), server=address))
        assert cli.main([*home, "tell", str(file), "tried"]) == 2
        said = capsys.readouterr().err
        assert re.match(f"{re.escape(address)}/?: 서버가 답하지 않습니다", said)
        assert "네트워크와 주소를 확인하십시오" in said
    assert cli.main([*home, "tell", "https://a:b/training/try/x/", "tried"]) == 2
    assert "https://a:b/training/try/x/: 그 자리에서 번들을 읽을 수 있어야 합니다." in capsys.readouterr().err


def test_a_link_whose_trial_is_over_says_so(tmp_path, monkeypatch, capsys):
    address, asked = "https://cluster.example/training/try/x/", []
    monkeypatch.setattr("httpx.get", lambda *words, **_: asked.append(words[0]) or httpx.Response(410))
    assert cli.main(["--home", str(tmp_path), "--language", "en", "tell", address, "tried"]) == 2
    assert f"{address}: This trial is over" in capsys.readouterr().err
    assert asked == [f"{address}bundle/"]


def test_a_page_in_the_servers_place_is_no_answer(shared, tmp_path, monkeypatch, capsys):
    file = tmp_path / "trial.zip"
    file.write_bytes(bundle_of(shared, new_key(), issued=datetime.now(UTC)))
    monkeypatch.setattr("httpx.Client.request", lambda *_, **__: httpx.Response(200, text="<html>sign in</html>"))
    assert cli.main(["--home", str(tmp_path / "home"), "--language", "en", "tell", str(file), "tried"]) == 2
    assert "The server does not answer. Found: JSONDecodeError." in capsys.readouterr().err
