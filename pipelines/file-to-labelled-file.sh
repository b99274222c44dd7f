#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A video with what was seen drawn on it as it is seen: file-to-labelled-file.sh VIDEO [OUT.mp4]
# `fovea label --video` decodes twice and knows the whole video before it draws; this is one pass.
#   FOVEA_MODEL (watch-both), FOVEA_DETECTOR (hog), FOVEA_MOTION (20; of other models what their card says: 0)
set -euo pipefail
# shellcheck source=pipelines/environment.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/environment.sh"

video=${1:?usage: $(basename "$0") VIDEO [OUT.mp4]}
out=${2:-${video%.*}.labelled.mp4}
[ -f "$video" ] || {
  echo "'$video' does not exist" >&2
  exit 1
}

gst-launch-1.0 -e filesrc "$(location "$video")" ! decodebin ! videoconvert \
  ! foveadetect model="${FOVEA_DETECTOR:-hog}" inference-period=133 ! foveaactor motion="${FOVEA_MOTION:-20}" ! foveagrid full-frame=false \
  ! queue max-size-buffers=8 ! foveafeatures model="${FOVEA_MODEL:-watch-both}" sampling=every \
  ! foveaattention model="${FOVEA_MODEL:-watch-both}" ! foveaoverlay \
  ! videoconvert ! video/x-raw,format=I420 ! x264enc speed-preset=veryfast ! mp4mux \
  ! filesink "$(location "$out")"
echo "$out"
