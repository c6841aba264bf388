#!/bin/sh
# Print the path of a Chromium for the browser tests, installed first where that can be done without asking anybody:
# as root with apt-get. Without one those tests are skipped, and this says so. Never fails.

say() { echo "[browser] $*" >&2; }

works() { [ -n "$1" ] && "$1" --version >/dev/null 2>&1; }

find_browser() {
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome-stable google-chrome; do
        path=$(command -v "$name" 2>/dev/null) && works "$path" && { echo "$path"; return 0; }
    done
    path="/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    works "$path" && { echo "$path"; return 0; }
    return 1
}

install_browser() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    say "No Chromium here: installing it with apt-get (about a minute)."
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    apt-get update >"$log" 2>&1 && apt-get install -y --no-install-recommends chromium >>"$log" 2>&1
    result=$?
    [ $result = 0 ] || tail -n 3 "$log" >&2
    rm -f "$log"
    return $result
}

find_browser && exit 0
install_browser && find_browser && exit 0
say "THE BROWSER TESTS WILL BE SKIPPED: no Chromium. Install one, or name it: make test CHROMIUM=/path/to/chromium"
exit 0
