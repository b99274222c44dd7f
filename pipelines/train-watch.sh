#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Trains the compact network from scratch on two sets of clips, fights and falls, each a folder with
# videos.csv (path,label,group,split), and writes the bundle:
#
#   pipelines/train-watch.sh FIGHTS FALLS OUT [options of 'fovea train backbone']
#
# How often a clip is drawn, and which part of a fall is one, is as the default model was trained:
# the first 42 % of a fall clip is normal, windows that end in its last 22 % are falls.
set -euo pipefail
# shellcheck source=pipelines/environment.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/environment.sh"

usage="usage: $(basename "$0") FIGHTS FALLS OUT [OPTION...]"
[ $# -ge 3 ] || {
  echo "$usage" >&2
  exit 2
}
fights=$1
falls=$2
out=$3
shift 3
mkdir -p "$out/training"

awk -F, -v OFS=, -v fights="$(realpath "$fights")" -v falls="$(realpath "$falls")" '
  BEGIN { print "path,label,group,split,start,end,ends_after,weight" }
  NR == 1 { first = FILENAME }
  FNR == 1 { next }
  { folder = FILENAME == first ? fights : falls; path = folder "/" $1; train = $4 == "train" }
  !train { print path, $2, $3, $4, "", "", "", ""; next }
  folder == fights { print path, $2, $3, $4, "", "", "", 0.9; next }
  $2 == "fall" {
    print path, "normal", $3, $4, "", "42%", "", 0.3
    print path, "fall", $3, $4, "", "", "78%", 0.8
    next
  }
  { print path, $2, $3, $4, "", "", "", 0.3 }
' "$fights/videos.csv" "$falls/videos.csv" > "$out/training/clips.csv"

command=$build/pipelines/cli/fovea
[ -x "$command" ] || command=fovea
exec "$command" train backbone --list "$out/training/clips.csv" --model watch \
  --recipe from-scratch --out "$out" "$@"
