#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Debian packages of the committed source: packaging/build_deb.sh OUT
# Needs debhelper, help2man and what debian/control names (sudo apt-get build-dep, or ./fovea build first).
set -euo pipefail

out=${1:?usage: build_deb.sh OUT}
root=$(dirname "$(dirname "$(readlink -f "$0")")")
version=$(sed -n "1s/.*(\(.*\)).*/\1/p" "$root/packaging/debian/changelog")
# One folder name whoever builds, so that the same source gives the same package
work=${TMPDIR:-/tmp}/fovea-package
mkdir "$work" || { echo "build_deb: $work is there: another build, or what one left; remove it" >&2; exit 1; }
trap 'rm -rf "$work"' EXIT

mkdir -p "$out" "$work/fovea-$version"
out=$(readlink -f "$out")
git -C "$root" archive HEAD | tar -x -C "$work/fovea-$version"
cd "$work/fovea-$version"
mv packaging/debian debian
cp packaging/systemd/fovea-watch.service debian/fovea.fovea-watch.service
dpkg-buildpackage --build=binary --no-sign --jobs="${JOBS:-$(nproc)}"
mv "$work"/*.deb "$out"
