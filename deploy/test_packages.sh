#!/bin/sh
# What the tests need from the system: a Chromium, a Korean font, and nginx (the published door). Nothing is done where both are there.
set -eu
browser=${CHROMIUM:-/usr/bin/chromium}
need=
[ -x "$browser" ] || need="$need chromium"
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || need="$need nginx-light"
fc-list 2>/dev/null | grep -qi 'Noto Sans CJK' || need="$need fonts-noto-cjk"
[ -z "$need" ] && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "Installing$need ..."
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $need fontconfig) >/dev/null
else
  echo "The tests need:$need. Install with: sudo apt-get install$need  (or set CHROMIUM=/path/to/chromium)" >&2
  exit 1
fi
