#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The systems of the papers on a list of clips, small enough for two slow cores: each is trained
# from random weights by its recipe, with a rate that suits, and judged on the list's test split.
#
#   pipelines/papers.sh LIST OUT [STRETCHES]
#
# LIST has splits and one label a clip; STRETCHES (path,label,group,split,start,end) says where
# actions are in untrimmed videos: without it sta-detection is left out. It may be stopped and
# called again: what is there is not made anew.
set -euo pipefail
# shellcheck source=pipelines/environment.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/environment.sh"

usage="usage: $(basename "$0") LIST OUT [STRETCHES]"
[ $# -ge 2 ] || {
  echo "$usage" >&2
  exit 2
}
list=$1
out=$2
stretches=${3:-}
command=$build/pipelines/cli/fovea
[ -x "$command" ] || command=fovea

# small BASE NAME PIXELS SAMPLING [ATTENTION]: the card of BASE for clips of a few small frames
small() {
  mkdir -p "$out/cards/$2"
  cp "$fovea_root/models/$1/labels.txt" "$out/cards/$2"
  sed -E -e "s/(\"(width|height)\": )[0-9]+/\1$3/" -e "s/(\"sampling\": ).*/\1$4,/" \
    -e "s/\"name\": \"$1/\"name\": \"$2/" ${5:+-e "s/(\"attention\": ).*/\1$5,/"} \
    "$fovea_root/models/$1/card.json" >"$out/cards/$2/card.json"
}

# train NAME head|backbone ARGS...: what it says goes to OUT/NAME.log
train() {
  local name=$1
  shift
  [ -s "$out/$name/training/test.txt" ] && return
  echo "$name" >&2
  "$command" train "$@" --out "$out/$name" --resume >"$out/$name.log" 2>&1 || {
    tail -n 1 "$out/$name.log" >&2
    exit 1
  }
}

# what the papers' rates and batches become for a few hundred clips
steps=(--optimiser adamw --weight-decay 0.02 --schedule one-cycle --batch 8 --augment --average 0.98 --keep-last)

# network NAME MODEL RECIPE EPOCHS LIST ARGS...: from random weights
network() {
  local name=$1 model=$2 recipe=$3 epochs=$4 clips=$5
  shift 5
  train "$name" backbone --list "$clips" --model "$model" --weights none \
    --recipe "$recipe" "${steps[@]}" --epochs "$epochs" "$@"
}

mkdir -p "$out"
clips_of() { echo "{ \"plan\": \"sliding\", \"frames\": $1, \"rate\": $2, \"hop\": $3 }"; }
small resnet18-3d-sta-ucf101 sta 48 "$(clips_of 16 7.5 8)"
# in the papers' networks W3 learned nothing from these few clips, in the compact one it does
small watch w3 96 "$(clips_of 17 7.5 8)" \
  '{ "name": "w3", "stages": ["blocks.0", "blocks.1", "blocks.2"], "variant": "depthwise", "refine": true }'
small resnet18-3d-sta-ucf101 detection 32 '{ "plan": "uniform", "frames": 16, "timesteps": 1 }'

"$command" extract --list "$list" --model watch --regions full,3x3,actor --out "$out/features" \
  >"$out/features.log"
train alstm head --features "$out/features" --model watch --recipe alstm
network sta "$out/cards/sta" sta 18 "$list" --rate 5e-4 --balance --regions full,actor
network w3 "$out/cards/w3" w3 30 "$list" --rate 3e-3 --balance --regions full,actor
# the paper's network takes no frames under 193 pixels
network charades-base watch charades-base 12 "$list" --rate 3e-3 --many-labels --regions full
for focus in saliency centre; do
  train "charades-focus-$focus" backbone --list "$list" --model "$out/charades-base" --recipe charades-focus \
    --focus "$focus" "${steps[@]}" --epochs 8 --rate 1e-3 --many-labels --regions full
done
[ -z "$stretches" ] ||
  network sta-detection "$out/cards/detection" sta-detection 4 "$stretches" --rate 5e-4

for folder in "$out"/*/training "$out"/w3/training/teacher/training; do
  [ ! -s "$folder/test.txt" ] ||
    awk -v name="${folder#"$out"/}" '/^(top-1|mean class|mAP)/ { print name ": " $0 }' "$folder/test.txt"
done
