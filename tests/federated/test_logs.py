"""Logs beside programs that run for years keep their last part and no more."""

import logging
import subprocess
import sys
import time

from federated.agreed.logs import own_log, rotate

WRITER = "import sys, time\nfor n in range(100_000):\n    print('line', n, flush=True)\n    time.sleep(0.0005)\n"


def test_a_log_that_is_held_open_is_emptied_and_goes_on(tmp_path):
    path, longest = tmp_path / "superlink.log", 0
    with path.open("ab") as log:
        process = subprocess.Popen([sys.executable, "-c", WRITER], stdout=log)
    try:
        end, cuts, before = time.monotonic() + 30, 0, 0
        while cuts < 5 and time.monotonic() < end:
            rotate(path, 2000)
            size = path.stat().st_size
            cuts, before, longest = cuts + (size < before), size, max(longest, size)
            time.sleep(0.01)
    finally:
        process.kill()
        process.wait()
    assert cuts == 5
    older = (tmp_path / "superlink.log.1").read_bytes()
    assert b"\0" not in older + path.read_bytes(), "a writer that does not append would leave a hole"
    assert older.startswith(b"line ") or b"\nline " in older
    assert sorted(file.name for file in tmp_path.iterdir()) == ["superlink.log", "superlink.log.1"]


def test_a_short_log_and_none_stay_as_they_are(tmp_path):
    rotate(tmp_path / "none.log")
    (tmp_path / "short.log").write_text("one line\n")
    rotate(tmp_path / "short.log")
    assert [file.name for file in tmp_path.iterdir()] == ["short.log"]


def test_a_factorys_log_keeps_its_last_part_for_its_user_only(tmp_path):
    path, log = tmp_path / "dure-factory.log", logging.Logger("one factory")
    handler = own_log(path, most=1000, older=2)
    log.addHandler(handler)
    for number in range(500):
        log.warning("round %d", number)
    handler.close()
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == [f"dure-factory.log{end}" for end in ("", ".1", ".2")]
    assert all(file.stat().st_size <= 1000 for file in files)
    assert path.read_text().splitlines()[-1].endswith("round 499")
    assert path.stat().st_mode & 0o077 == 0
