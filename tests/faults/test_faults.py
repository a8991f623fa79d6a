"""Five of the runs of `python -m tests.faults`, each with another thing that goes wrong."""

import pytest

from .harness import FAULTS, Faults

pytestmark = [pytest.mark.processes, pytest.mark.long]


def test_training_survives_what_goes_wrong_and_ends_with_the_weights_of_the_replies_that_came(tmp_path):
    faults = Faults(tmp_path, 20_261)
    try:
        told = [faults.run(number) for number in range(5)]
    finally:
        faults.close()
    assert [line.split()[2] for line in told] == list(FAULTS[:5])
