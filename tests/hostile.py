"""`python -m tests.hostile --files 1000 --seed 1`: files that nobody should send, through the import page, one by one.

Each is told in words, or taken with its faults: no answer but a page or a refusal, and the process stays within its memory.
A hundred of them are in the tests (`tests/apps/exchange/test_standards.py`).
"""

import argparse
import os
import resource
import sys
from collections import Counter
from time import monotonic

os.environ["DJANGO_SETTINGS_MODULE"] = "cluster.settings.test"

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from tests import database as databases  # noqa: E402
from tests import world as worlds  # noqa: E402
from tests.federated.hostile import hostile  # noqa: E402

DATABASE = "dure_hostile"
MOST_MB = 600  # above what the idle process holds: the reader's own bound for one file, and the page beside it


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="of the first file")
    asked = parser.parse_args()
    databases.make(DATABASE)
    try:
        return run(worlds.create(), asked.files, asked.seed)
    finally:
        for connection in connections.all():
            connection.close()
        for alias in connections:
            connections[alias].close_pool()
        databases.drop(DATABASE)


def run(world: worlds.World, files: int, first: int) -> int:
    client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    client.force_login(world.people["buyer"], backend="apps.accounts.backends.EmailBackend")
    client.get("/imports/")
    idle, begun, slowest = peak_mb(), monotonic(), (0.0, "")
    answers: Counter[int] = Counter()
    broken = []
    for seed in range(first, first + files):
        name, content = hostile(seed)
        start = monotonic()
        answer = client.post("/imports/", {"file": SimpleUploadedFile(name, content), "kind": ""})
        if answer.status_code == 302:
            answer = client.get(answer.headers["Location"])
        slowest = max(slowest, (monotonic() - start, f"{name}, {len(content)} bytes"))
        answers[answer.status_code] += 1
        if answer.status_code not in (200, 422):
            broken.append(seed)
    above = peak_mb() - idle
    print(f"{files} files from seed {first} in {monotonic() - begun:.0f} s, the slowest {slowest[0]:.1f} s ({slowest[1]})")
    print(f"answers: {dict(sorted(answers.items()))}; memory: idle {idle:.0f} MB, at most {above:.0f} MB above")
    if broken:
        print(f"answered neither with a page nor with a refusal in words: seeds {broken}")
    return 1 if broken or above > MOST_MB else 0


if __name__ == "__main__":
    sys.exit(main())
