# shellcheck shell=bash
# What the scripts beside this file share. To be sourced; it moves to the top of the checkout.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A shell that no profile has set up does not find what rustup installed.
command -v cargo >/dev/null || PATH=${HOME:-}/.cargo/bin:$PATH

# Where cargo builds, as an absolute path.
# shellcheck disable=SC2034 # for the scripts
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")

say() { printf '%s\n' "$*" >&2; }

die() {
    say "scripts/${0##*/}: $*"
    exit 1
}

# --- What a machine must have -------------------------------------------------------------------

# Debian's packages for each thing that `need` knows. For each there is a function `have_…` below.
declare -rA packages_for=(
    [cc]="gcc libc6-dev"
    [python]="python3 python3-venv"
    [postgres]="postgresql"
)
declare -rA name_of=(
    [cc]="a C compiler with its headers"
    [python]="Python 3.11 or newer with venv"
    [postgres]="PostgreSQL 15 or newer"
)

# need THING...: installs what is missing of cc, python, postgres; says what to do where it may not.
need() {
    local thing packages=()
    for thing; do
        # shellcheck disable=SC2206 # split on purpose: a thing may need several packages
        "have_$thing" || packages+=(${packages_for[$thing]})
    done
    ((${#packages[@]})) || return 0

    install_packages "${packages[@]}"
    for thing; do
        "have_$thing" || die "${name_of[$thing]} is needed, and ${packages_for[$thing]} of this system does not bring it."
    done
}

have_cc() {
    printf '#include <stdlib.h>\nint main(void) { return 0; }\n' | cc -x c -o /dev/null - 2>/dev/null
}

have_python() { find_python >/dev/null; }

# The first Python that will do: not every one on the PATH can make a virtual environment.
find_python() {
    local python
    for python in python3 /usr/bin/python3; do
        if "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    return 1
}

have_postgres() { find_postgres >/dev/null; }

# The directory with the programs of the newest PostgreSQL server, 15 at least.
find_postgres() {
    local directory
    while read -r directory; do
        [[ -x $directory/initdb && -x $directory/pg_ctl && -x $directory/postgres ]] || continue
        if (($(postgres_version "$directory") >= 15)); then
            echo "$directory"
            return
        fi
    done < <(
        printf '%s\n' /usr/lib/postgresql/*/bin | sort --version-sort --reverse
        dirname "$(command -v postgres)" 2>/dev/null
        pg_config --bindir 2>/dev/null
    )
    return 1
}

# postgres_version DIRECTORY: the major version of the server there.
postgres_version() {
    local version
    version=$("$1/postgres" --version)   # postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
    version=${version#*) }
    echo "${version%%[!0-9]*}"
}

as_root() {
    if ((EUID == 0)); then "$@"; else sudo --non-interactive "$@"; fi
}

# install_packages PACKAGE...: through apt-get, without a question; or says what to type.
install_packages() {
    command -v apt-get >/dev/null ||
        die "missing, and no apt-get here to install it. Please install what Debian calls: $*"
    as_root true 2>/dev/null ||
        die "missing, and no right to install it. Please run:  sudo apt-get install --no-install-recommends $*"

    say "installing $*"
    # Debian's PostgreSQL would start a server of its own. We need its programs only.
    local no_server=/etc/postgresql-common/createcluster.d/axhub.conf
    as_root mkdir -p "${no_server%/*}"
    as_root tee "$no_server" <<<"create_main_cluster = false" >/dev/null

    local installed=yes
    as_root apt-get update --quiet </dev/null >&2 || say "apt-get update failed; trying with the lists of last time"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends \
        -o DPkg::Lock::Timeout=300 "$@" </dev/null >&2 || installed=no

    as_root rm -f "$no_server"
    [[ $installed == yes ]] || die "apt-get could not install: $*"
}
