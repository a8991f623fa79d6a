#!/bin/sh
# Make the virtual environment and install what pyproject.toml pins. $1: Python, $2: folder, $3: extras, where not all.
set -eu
python=$1 venv=$2 extras=${3:-web,keeper,factory,test,dev}
command -v "$python" >/dev/null || { echo "Python is missing: install python3 (3.11 or newer), or set PYTHON=..." >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Python 3.11 or newer is needed, not $("$python" -V 2>&1): set PYTHON=python3.11" >&2; exit 1; }
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing python3-venv ..."
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv) >/dev/null
  else
    echo "python3-venv is missing: sudo apt-get install python3-venv" >&2; exit 1
  fi
fi
mkdir -p .dure && chmod 700 .dure
log=.dure/install.log
echo "Installing dependencies into $venv (a minute or two the first time; log in $log) ..."
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv" >"$log" 2>&1 || {
  tail -n 3 "$log" >&2; echo "The virtual environment could not be made; see $log" >&2; exit 1; }
"$venv/bin/python" -m pip install -q -e ".[$extras]" >>"$log" 2>&1 || {
  tail -n 5 "$log" >&2
  echo "Dependencies could not be installed: check the connection to your package index, then run the command again." >&2
  exit 1; }
