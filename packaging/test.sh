#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Packages and cluster scripts on the real thing: bare Debian trees, a Slurm of its own. For minutes to an hour, as root.
#
#   packaging/test.sh                  everything below
#   packaging/test.sh deb [12|13 ...]  Debian packages of the committed source, on Debian 12, 13 or both
#   packaging/test.sh slurm [BUILD]    packaging/test_slurm.sh with the built folder (build)
#
# deb: debootstrap makes a bare tree of the release from the mirror that this machine's apt uses. In a copy with what
# debian/control asks for, the packages are built twice (another folder, user, umask, timezone, language, number of jobs
# and, but for the first, no compiler cache) and must be the same bytes; lintian must find no error. In another copy, bare
# but for the packages and what they depend on, the tests of packaging/debian/tests run. Needs debootstrap and autopkgtest.
#
#   FOVEA_TREES  where trees, downloads, logs and packages lie (/var/tmp/fovea-trees; 7 GB,
#                of which bare trees, downloads and packages stay, 2 GB)
#   JOBS         compilers at once (as many as processors)
#   CCACHE_DIR   a folder of ccache for the first of the two builds (none)
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")
trees=${FOVEA_TREES:-/var/tmp/fovea-trees}
jobs=${JOBS:-$(nproc)}

fail() {
  echo "FAILED: $*" >&2
  exit 1
}
needs() { # PROGRAM PACKAGE
  command -v "$1" > /dev/null || fail "$1 is missing: apt-get install $2"
}

codename() {
  case $1 in
  12) echo bookworm ;;
  13) echo trixie ;;
  *) fail "deb takes 12 or 13 (releases of Debian), got '$1'" ;;
  esac
}

# reason LOG: its first line that tells of an error, else its last
reason() { grep -m 1 -E '(^| )(error|fatal|FAILED|FAIL|E):? |differ: ' "$1" || tail -n 1 "$1"; }
# step WHAT COMMAND...: its output goes to a log of its own, one line tells how it went
step() {
  local what=$1 log status start=$SECONDS
  shift
  steps=$((steps + 1))
  log=$logs/$(printf '%02d' "$steps")-${what//[^a-z0-9]/-}.log
  # not `"$@" || fail`: bash would go on behind a command that fails in a function
  set +e
  (set -e; "$@") > "$log" 2>&1
  status=$?
  set -e
  [ "$status" = 0 ] || fail "Debian $release: $what (after $((SECONDS - start)) s), see $log: $(reason "$log")"
  echo "Debian $release: $what: $((SECONDS - start)) s"
}

# mounted TREE COMMAND...: what a running system has, mounted for the command and its children alone
mounted() {
  local tree=$1
  shift
  mkdir -p "$tree/var/cache/apt/archives" "$tree/ccache"
  unshare --mount --propagation private --pid --fork --kill-child bash -ec '
    tree=$1 downloads=$2 ccache=$3
    shift 3
    mount -t proc proc "$tree/proc"
    mount --rbind /dev "$tree/dev"
    mount --bind "$downloads" "$tree/var/cache/apt/archives"
    [ -z "$ccache" ] || mount --bind "$ccache" "$tree/ccache"
    exec "$@"' bash "$tree" "$trees/$suite.downloads" "${CCACHE_DIR:-}" "$@"
}
# inside TREE COMMAND...: as root, with nothing of this machine's environment
inside() {
  local tree=$1
  shift
  mounted "$tree" chroot "$tree" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive JOBS="$jobs" "$@" < /dev/null
}

bare_tree() {
  local mirror tree=$trees/$suite.bare
  [ ! -e "$tree/complete" ] || return 0
  mirror=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | sed -n '/^Debian /{s/^Debian //p;q}')
  [ -n "$mirror" ] || fail "apt on this machine has no mirror of Debian"
  remove "$tree"
  debootstrap --variant=minbase --cache-dir="$trees/$suite.downloads" "$suite" "$tree" "$mirror"
  echo 'APT::Keep-Downloaded-Packages "true"; APT::Install-Recommends "false";' > "$tree/etc/apt/apt.conf.d/90fovea"
  echo force-unsafe-io > "$tree/etc/dpkg/dpkg.cfg.d/fovea" # no sync after each file
  # no service is started in a tree
  printf '#!/bin/sh\nexit 101\n' > "$tree/usr/sbin/policy-rc.d"
  chmod 755 "$tree/usr/sbin/policy-rc.d"
  touch "$tree/complete"
}
remove() { rm -rf --one-file-system "$1"; }
# copy_tree NAME: a new copy of the bare tree, with this machine's way to the network and the source
copy_tree() {
  local tree=$trees/$suite.$1
  remove "$tree"
  cp -a --reflink=auto "$trees/$suite.bare" "$tree"
  cp -L /etc/resolv.conf /etc/hosts "$tree/etc/"
  mkdir "$tree/src"
  git -C "$root" archive HEAD > "$tree/src.tar"
  tar -x -C "$tree/src" -f "$tree/src.tar"
  cp -r "$tree/src/packaging/debian" "$tree/src/debian"
}

build_dependencies() {
  inside "$trees/$suite.build" apt-get update
  inside "$trees/$suite.build" apt-get build-dep -y /src
  # a user and a language that the second build has
  inside "$trees/$suite.build" apt-get install -y locales ${CCACHE_DIR:+ccache}
  inside "$trees/$suite.build" sh -ec 'useradd -m builder; localedef -i de_DE -f UTF-8 de_DE.UTF-8'
}
build_packages() {
  inside "$trees/$suite.build" env ${CCACHE_DIR:+CCACHE_DIR=/ccache CCACHE_SLOPPINESS=pch_defines,time_macros} TZ=Etc/GMT+12 \
    sh -ec 'umask 022; /src/packaging/build_deb.sh /out/first /src.tar'
}
build_packages_again() {
  inside "$trees/$suite.build" runuser -u builder -- env HOME=/home/builder CCACHE_DISABLE=1 TZ=Etc/GMT-14 LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 \
    TMPDIR=/home/builder JOBS=$((jobs == 1 ? 2 : jobs - 1)) sh -ec 'umask 077; /src/packaging/build_deb.sh ~/second /src.tar'
}
same_packages() {
  local package count=0
  for package in "$trees/$suite.build"/out/first/*.deb; do
    cmp "$package" "$trees/$suite.build/home/builder/second/${package##*/}"
    count=$((count + 1))
  done
  [ "$count" = 5 ] || { echo "$count packages, not 5"; return 1; }
}
lint() {
  inside "$trees/$suite.build" apt-get install -y lintian
  inside "$trees/$suite.build" sh -ec 'lintian --fail-on error /out/first/*.deb'
}
# The tests as Debian runs them: what a test names in Depends is installed, nothing else
test_packages() {
  local status=0
  inside "$trees/$suite.test" apt-get update
  mounted "$trees/$suite.test" autopkgtest --no-built-binaries "$trees/$suite.build"/out/first/*.deb "$trees/$suite.test/src" -- \
    chroot "$trees/$suite.test" || status=$?
  # 2: a test was skipped; 8: there are none. Neither shows anything
  [ "$status" = 0 ] || { echo "autopkgtest ends with $status"; return 1; }
}

test_deb() {
  local release suite logs steps=0
  [ "$(id -u)" = 0 ] || fail "deb needs root, for chroot"
  needs debootstrap debootstrap
  needs autopkgtest autopkgtest
  needs git git
  for release in "$@"; do codename "$release" > /dev/null; done
  for release in "$@"; do
    suite=$(codename "$release") steps=0
    logs=$trees/$suite.logs
    mkdir -p "$trees/$suite.downloads/partial"
    remove "$logs"
    mkdir "$logs"
    step "bare tree" bare_tree
    step "copy to build in" copy_tree build
    step "build dependencies" build_dependencies
    step "build" build_packages
    step "lintian" lint
    step "copy to test in" copy_tree test
    step "autopkgtest" test_packages
    step "second build" build_packages_again
    step "same bytes" same_packages
    remove "$trees/$suite.test"
    rm -rf "$trees/$suite.packages"
    cp -r "$trees/$suite.build/out/first" "$trees/$suite.packages"
    remove "$trees/$suite.build"
    echo "Debian $release: passed: $(git -C "$root" rev-parse --short HEAD), packages in $trees/$suite.packages"
  done
}

test_slurm() {
  [ "$(id -u)" = 0 ] || fail "slurm needs root, for slurmd"
  needs slurmctld slurm-wlm
  needs munged munge
  [ -x "${1:-$root/build}/pipelines/cli/fovea" ] || fail "${1:-$root/build} has no built command: ./fovea build first"
  "$root/packaging/test_slurm.sh" "${1:-$root/build}"
}

case "${1:-}" in
"")
  test_deb 12 13
  test_slurm
  ;;
deb)
  shift
  [ $# -gt 0 ] || set -- 12 13
  test_deb "$@"
  ;;
slurm) test_slurm "${@:2}" ;;
-h | --help) sed -n '3,/^set /{/^set /d;s/^# \{0,1\}//p}' "$0" ;;
*) fail "'$1' is none of deb, slurm; see packaging/test.sh --help" ;;
esac
