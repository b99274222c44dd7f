#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Feature rows of a video, to train on: dump-features.sh VIDEO OUT.pt [LABEL]
# `fovea extract` does the same for many videos, and surveys them for plans over the whole video.
#   FOVEA_MODEL (watch-both), FOVEA_DETECTOR (hog), FOVEA_MOTION (20; of other models what their card says: 0)
set -euo pipefail
# shellcheck source=pipelines/environment.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/environment.sh"

usage="usage: $(basename "$0") VIDEO OUT.pt [LABEL]"
[ $# -ge 2 ] || {
  echo "$usage" >&2
  exit 2
}
video=$1
out=$2
label=${3:-}
[ -f "$video" ] || {
  echo "'$video' does not exist" >&2
  exit 1
}

gst-launch-1.0 -q filesrc "$(location "$video")" ! decodebin ! videoconvert \
  ! foveadetect model="${FOVEA_DETECTOR:-hog}" inference-period=133 ! foveaactor motion="${FOVEA_MOTION:-20}" ! foveagrid full-frame=false \
  ! queue max-size-buffers=8 ! foveafeatures model="${FOVEA_MODEL:-watch-both}" sampling=every \
  ! foveadump "$(location "$out")" label="\"$label\"" model="${FOVEA_MODEL:-watch-both}" ! fakesink sync=false
echo "$out"
