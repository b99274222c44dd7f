#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Debian packages of the committed source, or of a tar of it: packaging/build_deb.sh OUT [TAR]
# Needs debhelper, help2man and what debian/control names (sudo apt-get build-dep, or ./fovea build first).
set -euo pipefail

out=${1:?usage: build_deb.sh OUT [TAR]}
root=$(dirname "$(dirname "$(readlink -f "$0")")")
version=$(sed -n "1s/.*(\(.*\)).*/\1/p" "$root/packaging/debian/changelog")
# One folder name, by which a compiler cache knows what it has; the packages are the same in any folder
work=${TMPDIR:-/tmp}/fovea-package
mkdir "$work" || { echo "build_deb: $work is there: another build, or what one left; remove it" >&2; exit 1; }
trap 'rm -rf "$work"' EXIT

mkdir -p "$out" "$work/fovea-$version"
out=$(readlink -f "$out")
if [ -n "${2:-}" ]; then cat "$2"; else git -C "$root" archive HEAD; fi | tar -x -C "$work/fovea-$version"
cd "$work/fovea-$version"
mv packaging/debian debian
cp packaging/systemd/fovea-watch.service debian/fovea.fovea-watch.service
dpkg-buildpackage --build=binary --no-sign --jobs="${JOBS:-$(nproc)}"
mv "$work"/*.deb "$out"
