# shellcheck shell=bash
# What the scripts beside this file share. To be sourced; it moves to the top of the checkout.

set -euo pipefail
# Where the script was called: paths of the caller's are meant from there.
# shellcheck disable=SC2034 # for the scripts
called_from=$PWD
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
    [cxx]="g++"
    [python]="python3 python3-venv"
    [postgres]="postgresql"
)
declare -rA name_of=(
    [cc]="a C compiler with its headers"
    [cxx]="a C++ compiler with its headers"
    [python]="Python 3.11 or newer with venv"
    [postgres]="PostgreSQL 15 or newer"
)

# need THING...: installs what is missing of cc, cxx, python, postgres; says what to do where it may not.
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

have_cxx() {
    printf '#include <string>\nint main() { return 0; }\n' | c++ -x c++ -o /dev/null - 2>/dev/null
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

# --- A PostgreSQL of our own --------------------------------------------------------------------

# For root only: the user that Debian's package creates.
# shellcheck disable=SC2034 # for the scripts
readonly server_user=postgres

# PostgreSQL refuses to run as root.
need_server_user() {
    if ((EUID == 0)) && ! id "$server_user" >/dev/null 2>&1; then
        die "PostgreSQL does not run as root, and there is no user '$server_user' to run it as. Please run:  useradd --system $server_user"
    fi
}

# as_server COMMAND...: as the user that may run PostgreSQL, who may not be allowed into the current directory.
as_server() {
    if ((EUID == 0)); then
        (cd / && runuser -u "$server_user" -- "$@")
    else
        "$@"
    fi
}

# make_home DIRECTORY: a new directory for clusters, beside the build if the server's user can go there, which it cannot
# when root's checkout is private.
make_home() {
    local parent home
    for parent in "$1" "${TMPDIR:-}" /var/tmp /tmp; do
        if [[ -z $parent ]] || ! home=$(mktemp -d "$parent/axhub-postgres.XXXXXX" 2>/dev/null); then continue; fi
        if ((EUID == 0)); then chown "$server_user:" "$home"; fi
        if as_server test -w "$home"; then
            realpath "$home"
            return
        fi
        rmdir "$home"
    done
    return 1
}

# check_owner DIRECTORY: a checkout that root and a user both test in would have the one stumble over the files of the other.
check_owner() {
    [[ ! -e $1 || -O $1 ]] || die "$1 belongs to $(stat --format=%U "$1"): stop it as that user first"
}

# pid_of DATA: the process of the server with this data, if it lives. The pid file outlives a killed server, and its number
# may be another process by now; the server is the one that works in its data directory.
pid_of() {
    local pid
    [[ -r $1/postmaster.pid ]] && read -r pid <"$1/postmaster.pid" || return 1
    [[ $(readlink "/proc/$pid/cwd") == "$1" ]] && echo "$pid"
}

# listens PORT: whether somebody does, on loopback.
listens() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port that nobody listens at, below those that the kernel gives to clients.
free_port() {
    local port
    while true; do
        port=$((20000 + RANDOM % 12000))
        listens "$port" || break
    done
    echo "$port"
}
