#!/bin/sh
# What the browser tests need from the system: a Chromium and a Korean font. Nothing is done where both are there.
set -eu
browser=${CHROMIUM:-/usr/bin/chromium}
need=
[ -x "$browser" ] || need="$need chromium"
fc-list 2>/dev/null | grep -qi 'Noto Sans CJK' || need="$need fonts-noto-cjk"
[ -z "$need" ] && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "Installing$need ..."
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $need fontconfig) >/dev/null
else
  echo "The browser tests need:$need. Install with: sudo apt-get install$need  (or set CHROMIUM=/path/to/chromium)" >&2
  exit 1
fi
