#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Man pages of the command and of each of its words, from its own --help: man.sh FOVEA OUT (needs help2man)
set -euo pipefail
fovea=$1 out=$2
mkdir -p "$out"
page() { # NAME WHAT OPTION: fovea-label "label videos" "label --help"
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0} help2man --no-info --no-discard-stderr --name "$2" --source Fovea \
    --help-option "$3" --version-option --version --output "$out/$1.1" "$fovea"
  # help2man names a page after the program
  sed -i "1,/^\.TH/s/^\.TH [^ ]* /.TH ${1^^} /; s/^fovea \\\\-/$1 \\\\-/" "$out/$1.1"
}
page fovea "recognise what people do in video" --help
"$fovea" --help | sed -n '/^Subcommands:/,$s/^  \([a-z][a-z0-9-]*\)  *\(.*\)/\1 \2/p' | while read -r word what; do
  "$fovea" "$word" --help > /dev/null # a word that does not start has no page, but an error
  page "fovea-$word" "$what" "$word --help"
done
