#!/bin/sh
# All tests, in an order that is drawn (DURE_TEST_SEED repeats one). Lanes of one core each, with a database of their own, share
# the files: first those without a browser (Playwright leaves an event loop running in its thread, which tests of asyncio would
# meet), with style and types beside them; then those with one; then what starts real servers as processes; last and alone what
# kills those that all lanes use. Each part is run whatever the others say, and the time of each is told. $1: Python; $2: `thin`
# for what runs with the extras `web` and `test` alone, without torch and Flower (tests/walk/test_thin.py).
set -u
python=$1 kind=${2:-} failed=0 apart= times= began=$(date +%s)
[ "$kind" = thin ] && apart="--ignore tests/federated --ignore tests/together --ignore tests/processes --ignore tests/faults"
seed=${DURE_TEST_SEED:-$began}
each="--randomly-seed $seed --durations 20 $apart"
lanes="-n ${DURE_TEST_LANES:-$(nproc)} --dist loadfile --no-loadscope-reorder $each"

# Nobody needs what these lanes commit after a crash of the server: 0.5 ms a commit instead of 4.
export PGOPTIONS="-c synchronous_commit=off"

part() { # name, what follows: tells how long it took
  name=$1 from=$(date +%s)
  shift
  "$@" || failed=1
  times="$times, $name $(($(date +%s) - from)) s"
}

if [ -z "$kind" ]; then
  ${MAKE:-make} --no-print-directory lint check >.dure/lint.log 2>&1 &
  lint=$!
fi
part "without a browser" "$python" -m pytest -m "not processes and not browser" $lanes
if [ -z "$kind" ]; then
  wait $lint || failed=1
  cat .dure/lint.log
fi
part "in the browser" "$python" -m pytest -m browser $lanes
if [ -z "$kind" ]; then
  # Not more than two side by side: their deadlines are for half a machine of this size.
  part "as processes" "$python" -m pytest -m "processes and not alone" -n ${DURE_PROCESS_LANES:-2} --dist loadfile $each
  unset PGOPTIONS  # here it is killed
  part "alone" "$python" -m pytest -m alone $each
fi
took=$(($(date +%s) - began))
echo "Checked in $((took / 60)) min $((took % 60)) s${times}; DURE_TEST_SEED=$seed"
exit $failed
