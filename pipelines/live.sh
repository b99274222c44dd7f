#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Live labels from a camera, which may go and come back: live.sh [/dev/videoN | rtsp://...]
# Results are JSON lines on stdout; the picture with labels is shown where there is a display.
#   FOVEA_MODEL (watch-both), FOVEA_DETECTOR (hog), FOVEA_MOTION (20; of other models what their card says: 0)
set -euo pipefail
# shellcheck source=pipelines/environment.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/environment.sh"

camera=${1:-/dev/video0}
case $camera in
rtsp://* | rtsps://*) source=(foveacamera "uri=$camera") ;;
test) source=(videotestsrc is-live=true pattern=ball num-buffers=300) ;; # no camera at hand
*)
  [ -e "$camera" ] || {
    echo "no camera at '$camera'; expected a device such as /dev/video0, or rtsp://..." >&2
    exit 1
  }
  source=(foveacamera "uri=$camera")
  ;;
esac

has_display() {
  local socket=${WAYLAND_DISPLAY:-} number=${DISPLAY:-}
  [ -n "$socket" ] && [ "${socket#/}" = "$socket" ] && socket=${XDG_RUNTIME_DIR:-}/$socket
  [ -S "$socket" ] && return
  case $number in
  :*) number=${number#:} && [ -S "/tmp/.X11-unix/X${number%%.*}" ] ;;
  *) [ -n "$number" ] ;; # of another host: known once it is tried
  esac
}

if has_display; then
  sink=(autovideosink sync=false)
else
  echo "no display: the labels go to standard output, the picture is not shown" >&2
  sink=(fakesink sync=false)
fi

# -q: stdout is for results
exec gst-launch-1.0 -q -e "${source[@]}" ! videoconvert \
  ! foveadetect model="${FOVEA_DETECTOR:-hog}" inference-period=133 ! foveaactor motion="${FOVEA_MOTION:-20}" ! foveagrid full-frame=false \
  ! foveafeatures model="${FOVEA_MODEL:-watch-both}" sampling=every \
  ! foveaattention model="${FOVEA_MODEL:-watch-both}" ! foveapublish uri=stdout: \
  ! foveaoverlay ! videoconvert ! "${sink[@]}"
