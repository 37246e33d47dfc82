#!/bin/sh
# The programs that the tests use and pip does not bring: Chromium, promtool, PostgreSQL and jq. Present: silent. On Debian and
# Ubuntu as root: installed. Anywhere else: one sentence and status 2.
set -eu

missing() {
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || echo chromium
    command -v promtool >/dev/null || echo prometheus
    postgresql || echo postgresql
    command -v jq >/dev/null || echo jq
}

# Debian and Homebrew keep initdb out of the path; tests/postgres.py looks in the same places.
postgresql() {
    command -v initdb >/dev/null && return
    for place in /usr/lib/postgresql/* /opt/homebrew/opt/postgresql@* /usr/local/opt/postgresql@*; do
        [ -x "$place/bin/initdb" ] && return
    done
    return 1
}

packages=$(missing | tr '\n' ' ')
packages=${packages% }
[ -n "$packages" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing $packages..."
    export DEBIAN_FRONTEND=noninteractive
    # A machine without any font draws boxes where text should be.
    case $packages in *chromium*) packages="$packages fonts-liberation" ;; esac
    # shellcheck disable=SC2086 # a list of words
    apt-get -qq update && apt-get -qq -y --no-install-recommends install $packages >/dev/null || true
fi

packages=$(missing | tr '\n' ' ')
packages=${packages% }
[ -n "$packages" ] || exit 0
echo "The tests need Chromium, promtool, PostgreSQL and jq (here there is no: $packages); install them with" \
    "\"sudo apt-get install chromium prometheus postgresql jq\" on Debian or \"brew install chromium prometheus postgresql@17 jq\"" \
    "on macOS." >&2
exit 2
