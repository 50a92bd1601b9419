# Shared by the scripts in this folder; sourced, not run.

cache="${XDG_CACHE_HOME:-$HOME/.cache}/snowglobe"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$cache/target}"
snowglobe="$CARGO_TARGET_DIR/debug/snowglobe"

say() { printf '\n== %s\n' "$*"; }
skip() { printf -- '-- skipped: %s\n' "$*"; }
has() { command -v "$1" >/dev/null 2>&1; }

# Work files of one run, and the processes it starts; both go when the script ends, however it ends.
work="$(mktemp -d)"
started=()
finish() {
    local pid
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap finish EXIT

# A TCP port that is free at this moment.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# await_port PORT SECONDS PID: waits until something listens, for as long as the process lives.
await_port() {
    local tries
    for ((tries = 0; tries < $2 * 5; tries++)); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
        kill -0 "$3" 2>/dev/null || return 1
        sleep 0.2
    done
    return 1
}

# start_serving OPTION…: starts `snowglobe serve` and waits until it is ready; its address is in $http then.
start_serving() {
    local tries ready server
    "$snowglobe" serve --port 0 "$@" >"$work/serving" 2>"$work/serve_log" &
    server=$!
    started+=("$server")
    for ((tries = 0; tries < 150; tries++)); do
        grep -q '^ready ' "$work/serving" && break
        kill -0 "$server" 2>/dev/null || break
        sleep 0.2
    done
    ready="$(grep -m1 '^ready ' "$work/serving" || true)"
    if [[ ! "$ready" =~ http=([^ ]+) ]]; then
        echo "snowglobe serve did not become ready" >&2
        cat "$work/serve_log" >&2
        return 1
    fi
    http="${BASH_REMATCH[1]}"
}

# in_venv NAME PACKAGE…: makes `venv` a Python environment of its own with these packages, if they can be installed.
in_venv() {
    venv="$cache/$1-venv"
    shift
    [[ "$(cat "$venv/packages" 2>/dev/null)" == "$*" ]] && return
    say "Python packages: $*"
    rm -rf "$venv"
    if ! python3 -m venv "$venv" || ! "$venv/bin/pip" install --quiet --disable-pip-version-check "$@"; then
        skip "these Python packages cannot be installed here: $*"
        return 1
    fi
    echo "$*" >"$venv/packages"
}
