#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Trains the compact network on three sets of clips, each a folder with videos.csv (path,label,group,split),
# and writes the bundle:
#
#   pipelines/train-watch.sh FIGHTS FALLS WORLD OUT [options of 'fovea train backbone']
#
# First from scratch on fights and falls (OUT/first), then on all three: what ordinary cameras see, and
# more fights and falls (OUT/second), then the same with another seed and the rate begun anew (OUT).
# WORLD's list says as well of which set a clip is and when its fall begins and ends (set, event_start,
# event_end). How often a clip is drawn, and which part of it shows the fall, is as `watch`
# was trained. Behind it windows of the training are kept in the bundle (anchors). OUT/watch-flow (by OUT/flow) sees
# optical flow. OUT/watch2 (by OUT/motion2) and OUT/watch-flow2 (by OUT/flow2) are others of the kind, from other seeds. Where TEACHER, a network for
# keypoints (movenet-lightning), is fetched, OUT/watch-pictures (by OUT/pictures and OUT/pictures-rest; the shipped ones with --precision bf16), another
# of these, OUT/watch-pictures2, and OUT/watch-both of all six are made too, the latter with anchors of its own and with regions, the actor's square,
# needs and thresholds of the shipped watch-both. Stopped, the same line goes on where it was.
set -euo pipefail
# shellcheck source=pipelines/environment.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/environment.sh"

usage="usage: $(basename "$0") FIGHTS FALLS WORLD OUT [OPTION...]"
[ $# -ge 4 ] || {
  echo "$usage" >&2
  exit 2
}
fights=$(realpath "$1")
falls=$(realpath "$2")
world=$(realpath "$3")
out=$4
shift 4
mkdir -p "$out"
teacher=${TEACHER:-movenet-lightning}

# list FIGHT NORMAL FALL: of the two sets of one kind; their weights for fights, for fights' normal clips, for falls.
# The first 42 % of a fall clip is normal, windows that end in its last 22 % are falls.
list() {
  awk -F, -v OFS=, -v fights="$fights" -v falls="$falls" -v fight="$1" -v normal="$2" -v fall="$3" '
    BEGIN { print "path,label,group,split,start,end,ends_after,weight" }
    NR == 1 { first = FILENAME }
    { sub(/\r$/, "") }
    FNR == 1 { next }
    { is_fights = FILENAME == first; path = (is_fights ? fights : falls) "/" $1 }
    { group = (is_fights ? "fights-" : "falls-") $3 }
    $4 != "train" { print path, $2, group, $4, "", "", "", ""; next }
    is_fights { print path, $2, group, $4, "", "", "", $2 == "fight" ? fight : normal; next }
    $2 == "fall" {
      print path, "normal", group, $4, "", "42%", "", 0.3
      print path, "fall", group, $4, "", "", "78%", fall
      next
    }
    { print path, $2, group, $4, "", "", "", 0.3 }
  ' "$fights/videos.csv" "$falls/videos.csv"
}

# Of sets filmed in one room only so many clips, spread over the set: the same picture again teaches little.
# A window shows a fall that begins at most 1.2 s before it and ends as it does or up to half a second later.
list_world() {
  awk -F, -v OFS=, -v world="$world" '
    BEGIN {
      split("people_misc-normal 1 street_cctv-normal 1 workout-normal .5 gmdcsa24-normal 1.5 more-normal 1.2 " \
            "shop_mnnit-normal .6 upfall-normal .9 gestures-normal .75 dark_arid-normal .9 " \
            "hockey-normal 0 hockey-fight 0 fight_misc-fight 2.5 more-fight 2.5 " \
            "upfall-fall .8 gmdcsa24-fall 3 hall_falls-fall 2.5 fall_misc-fall 3 more-fall 3", words, " ")
      for (i = 1; i in words; i += 2) weight[words[i]] = words[i + 1]
      split("shop_mnnit-normal 24 gestures-normal 8 dark_arid-normal 8 upfall-normal 12 upfall-fall 20", words, " ")
      for (i = 1; i in words; i += 2) most[words[i]] = words[i + 1]
    }
    { sub(/\r$/, "") }
    FNR == 1 { next }
    { kind = $5 "-" $2 }
    NR == FNR { total[kind] += $4 == "train"; next }
    { path = world "/" $1; group = "world-" $3 }
    $4 != "train" { print path, $2, group, $4, "", "", "", ""; next }
    !(kind in weight) { weight[kind] = 1 }
    weight[kind] == 0 { next }
    kind in most && most[kind] < total[kind] {
      i = taken[kind]++
      if (i > 0 && int(i * most[kind] / total[kind]) == int((i - 1) * most[kind] / total[kind])) next
    }
    $6 != "" && $2 != "fall" { print path, $2, group, $4, $6, $7, "", weight[kind]; next }
    $6 != "" {
      start = $6 > 1.2 ? $6 - 1.2 : 0
      after = $7 > 0.15 ? $7 - 0.15 : 0
      print path, "fall", group, $4, start, $7 + 0.5, after, weight[kind]
      if ($6 - 0.2 >= 1.2) print path, "normal", group, $4, 0, $6 - 0.2, "", 0.5
      next
    }
    { print path, $2, group, $4, "", "", "", weight[kind] }
  ' "$world/videos.csv" "$world/videos.csv"
}

command=$build/pipelines/cli/fovea
[ -x "$command" ] || command=fovea

# step MODEL FOLDER LIST OPTIONS...: one training, unless its bundle is whole
step() {
  local model=$1 folder=$2 list=$3
  shift 3
  [ ! -f "$folder/labels.txt" ] || [ "$folder" = "$out" ] || return 0
  "$command" train backbone --list "$list" --model "$model" --recipe from-scratch --resume --out "$folder" "$@"
}

# shaken MODEL FIRST FOLDER SEED OPTIONS...: from random weights, then on with the next seed, shaken and pasted
shaken() {
  local model=$1 first=$out/$2 folder=$out/$3 seed=$4
  shift 4
  step "$model" "$first" "$out/clips.csv" --epochs 40 --seed "$seed" --keep-last "$@"
  step "$model" "$folder" "$out/clips.csv" --weights "$first" --rate 1e-3 --epochs 30 --seed $((seed + 1)) \
    --shake 0.2 --paste 0.3 --keep-last "$@"
}

# rest FROM TO OPTIONS...: what is behind the layers of single pictures of OUT/FROM trained on
rest() {
  local from=$1 to=$2
  shift 2
  "$command" train backbone --list "$out/clips.csv" --model watch-pictures --weights "$out/$from" \
    --recipe fine-tuning --head none --augment --flip 0.5 --shake 0.2 --paste 0.3 --optimiser adamw \
    --schedule one-cycle --rate 1e-3 --weight-decay 0.02 --label-smoothing 0.1 --average 0.98 --batch 16 \
    --epochs 16 --keep-last --resume --out "$out/$to" "$@"
}

# anchors MODEL FEATURES: windows of its training, what `fovea adapt` holds a camera's own head to
anchors() {
  "$command" extract --list "$out/clips.csv" --split train --stretches --model "$1" --out "$2" --jobs 2
  "$command" models anchors "$1" --features "$2"
}

list 0.9 0.9 0.8 >"$out/first.csv"
{
  list 1.6 0.9 0.6
  list_world
} >"$out/clips.csv"
step watch "$out/first" "$out/first.csv" "$@"
step watch "$out/second" "$out/clips.csv" --weights "$out/first" --rate 1e-3 --epochs 30 "$@"
step watch "$out" "$out/clips.csv" --weights "$out/second" --rate 1e-3 --epochs 30 --seed 1 "$@"
anchors "$out" "$out/features"
# What shows in optical flow, and a second of both
shaken watch-flow flow watch-flow 0 "$@"
shaken watch motion2 watch2 10 "$@"
shaken watch-flow flow2 watch-flow2 20 "$@"
# What is seen in pictures, taught by a network for keypoints, and one network of all
if "$command" models verify "$teacher" >/dev/null; then
  "$command" train backbone --list "$out/clips.csv" --model watch-pictures --recipe pictures-first \
    --weights keypoints --teacher "$teacher" --seed 1 --resume --out "$out/pictures" "$@"
  rest pictures pictures-rest --seed 2 "$@"
  rest pictures-rest watch-pictures --seed 1 "$@"
  rest pictures pictures-rest2 --seed 5 "$@"
  rest pictures-rest2 watch-pictures2 --seed 6 "$@"
  "$command" models join --motion "$out" --motion "$out/watch2" --flow "$out/watch-flow" --flow "$out/watch-flow2" \
    --pictures "$out/watch-pictures" --pictures "$out/watch-pictures2" --share 0.5 --like watch-both --out "$out/watch-both"
  anchors "$out/watch-both" "$out/features-both"
else
  echo "watch-pictures and watch-both are not made: fovea models fetch $teacher" >&2
fi
