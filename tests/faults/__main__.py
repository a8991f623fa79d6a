"""`python -m tests.faults --runs 100 --seed N`: six factories over Flower, ten rounds each, and something that goes wrong.

No run hangs, none is lost, reasons name whom the fault hit, and the weights are those of an undisturbed run in which the
same replies arrive.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from .harness import Faults


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first run: one that failed is tried again alone")
    parser.add_argument("--keep", type=Path, help="folder for logs and reports; a temporary one where not given")
    given = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="dure-faults-") as name:
        folder = given.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        faults = Faults(folder, given.seed)
        try:
            for number in range(given.first, given.first + given.runs):
                try:
                    print(faults.run(number), flush=True)
                except AssertionError as error:
                    failed += 1
                    print(f"run {number} of seed {given.seed} FAILED: {error}", flush=True)
        finally:
            faults.close()
    print(f"{given.runs - failed} of {given.runs} runs as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
