"""600 seeded tries to cross from one firm to another; `make fuzz SEED=… COUNT=…` sends as many as one likes."""

import logging
import os
import time

import pytest

from tests.fuzz.crossing import Crossing
from tests.fuzz.marked import build

pytestmark = pytest.mark.long

SEED = int(os.environ.get("FUZZ_SEED", "20261124"))
COUNT = int(os.environ.get("FUZZ_COUNT", "600"))
CONTROL = 240  # the more calls there are, the fewer of them show a marked row


@pytest.fixture
def marked(world, committed):
    logging.disable(logging.ERROR)  # every refusal would be written
    yield build(world)
    logging.disable(logging.NOTSET)


def test_no_try_shows_a_mark_of_another_firm(world, marked):
    crossing = Crossing(world, marked, SEED)
    began = time.monotonic()
    for _ in range(COUNT):
        crossing.one()
    seconds = time.monotonic() - began
    shares = {f"{hundred}xx": count for hundred, count in sorted(crossing.answers.items())}
    print(f"seed {SEED}: {COUNT} tries in {seconds:.0f} s, {COUNT / seconds:.0f}/s, {shares}")
    assert not crossing.hits, f"seed {SEED}, {len(crossing.hits)} of {COUNT}:\n" + "\n".join(crossing.hits[:40])
    assert crossing.answers[2] > COUNT / 10, "most tries were refused before they reached a row"
    assert crossing.answers[4] > COUNT / 10


def test_the_detector_sees_when_people_are_taken_for_those_of_another_firm(world, marked):
    wrong = dict.fromkeys(marked.firms, marked.firms["outsider"])
    wrong["rival"] = wrong["outsider"] = marked.firms["buyer"]
    crossing = Crossing(world, marked, SEED, believed=wrong)
    for _ in range(CONTROL):
        crossing.one()
    print(f"control: {len(crossing.hits)} hits in {CONTROL} tries")
    assert len(crossing.hits) > CONTROL / 20
