#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What looking at regions and weighing them is worth on a list of clips (Region Attention, Table 1
# to 4): networks trained on the full frame alone and on random regions, and heads on the features
# of each, all judged on the list's test split; one column each, mean and spread over the seeds.
#
#   pipelines/ablation.sh LIST OUT [SEEDS] [options of 'fovea train backbone']
#
# It may be stopped and called again: what is there is not made anew.
set -euo pipefail
# shellcheck source=pipelines/environment.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/environment.sh"

usage="usage: $(basename "$0") LIST OUT [SEEDS] [OPTION...]"
[ $# -ge 2 ] || {
  echo "$usage" >&2
  exit 2
}
list=$1
out=$2
seeds=${3:-3}
shift $(($# < 3 ? $# : 3))
command=$build/pipelines/cli/fovea
[ -x "$command" ] || command=fovea
everything=full,3x3,actor

# what it is called | head | regions
heads=(
  'full frame only|region-mean|full'
  "region mean|region-mean|$everything"
  'RA without the actor|ra|full,3x3'
  "RA|ra|$everything"
  "TA|ta|$everything"
  "TRA|tra|$everything"
)

# run NAME ARGS...: what it says goes to OUT/NAME.log
run() {
  local log=$out/$1.log
  shift
  "$command" "$@" >"$log" 2>&1 || {
    tail -n 1 "$log" >&2
    exit 1
  }
}

# top1 FOLDER: per cent right on the test split
top1() { awk '/^top-1/ { print $2; exit }' "$1/training/test.txt"; }

for way in full "$everything"; do
  for seed in $(seq 0 $((seeds - 1))); do
    base=$out/$way/seed$seed
    features=$base/network/training/backbone/training/features
    mkdir -p "$base"
    echo "$way, seed $seed" >&2
    [ -s "$base/network/training/test.txt" ] ||
      run "$way/seed$seed/network" train backbone --list "$list" --regions "$everything" \
        --train-on "$way" --head region-mean --seed "$seed" --out "$base/network" --resume "$@"
    for row in "${heads[@]}"; do
      IFS='|' read -r _ head regions <<<"$row"
      [ -s "$base/$head-$regions/training/test.txt" ] ||
        run "$way/seed$seed/$head-$regions" train head --features "$features" \
          --model "$base/network/training/backbone" --head "$head" --regions "$regions" \
          --seed "$seed" --out "$base/$head-$regions"
    done
  done
done

# spread WAY HEAD REGIONS: "mean (lowest to highest)"
spread() {
  for folder in "$out/$1"/seed*/"$2-$3"; do top1 "$folder"; done |
    awk '{ sum += $1; low = NR == 1 || $1 < low ? $1 : low; high = $1 > high ? $1 : high }
         END { printf "%.1f (%.1f to %.1f)", sum / NR, low, high }'
}

{
  echo "| top-1 on the test split, % | network trained on the full frame | on random regions |"
  echo "| --- | --- | --- |"
  for row in "${heads[@]}"; do
    IFS='|' read -r name head regions <<<"$row"
    echo "| $name | $(spread full "$head" "$regions") | $(spread "$everything" "$head" "$regions") |"
  done
} | tee "$out/table.md"
