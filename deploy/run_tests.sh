#!/bin/sh
# All tests. Lanes of one core each, with a database of their own, share the files: first those without a browser (Playwright
# leaves an event loop running in its thread, which tests of asyncio would meet), then those with one; last and alone what
# starts and kills real servers. Each part is run whatever the others say. $1: Python; $2: `thin` for what runs with the extras
# `web` and `test` alone, without torch and Flower (tests/walk/test_thin.py).
set -u
python=$1 failed=0 apart=
[ "${2:-}" = thin ] && \
  apart="--ignore tests/federated --ignore tests/together --ignore tests/processes"
lanes="-n ${DURE_TEST_LANES:-$(nproc)} --dist loadfile --no-loadscope-reorder --durations 20 $apart"
"$python" -m pytest -m "not processes and not browser" $lanes || failed=1
"$python" -m pytest -m browser $lanes || failed=1
[ -n "$apart" ] || "$python" -m pytest -m processes --durations 5 || failed=1
exit $failed
