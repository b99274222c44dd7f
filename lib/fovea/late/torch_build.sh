#!/bin/sh
# SPDX-License-Identifier: MIT
# torch_build.sh ROOT OUT DEPFILE VERSION OPTIONS FOLDER...: writes a header that names this build, by the version, the
# options and the sources in these folders of ROOT, and what it depends on
set -eu
root=$1 out=$2 depfile=$3 version=$4 options=$5
shift 5
files=$(cd "$root" && find "$@" -name '*.h' -o -name '*.cpp' -o -name '*.cu' -o -name meson.build | LC_ALL=C sort)
hash=$({ echo "$options"; cd "$root" && echo "$files" | tr '\n' '\0' | xargs -0 sha256sum; } | sha256sum | cut -c 1-12)
echo "#define FOVEA_TORCH_BUILD \"$version-$hash\"" >"$out"
{
  printf '%s:' "$out"
  echo "$files" | sed "s|^|$root/|; s/ /\\\\ /g" | while read -r file; do printf ' \\\n  %s' "$file"; done
  echo
} >"$depfile"
