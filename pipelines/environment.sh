# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Sourced by the launch lines: from a clone, the elements and models of its build folder; after an
# installation GStreamer finds them by itself.
fovea_root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
build=${FOVEA_BUILD:-$fovea_root/build}
if [ -d "$build/gst-plugins" ]; then
  export GST_PLUGIN_PATH_1_0="$build/gst-plugins${GST_PLUGIN_PATH_1_0:+:$GST_PLUGIN_PATH_1_0}"
  case :${FOVEA_MODEL_PATH:-}: in
  *":$fovea_root/models:"*) ;;
  *) export FOVEA_MODEL_PATH="${FOVEA_MODEL_PATH:+$FOVEA_MODEL_PATH:}$fovea_root/models" ;;
  esac
fi
# threads that wait must not burn the core that decodes
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-PASSIVE}
export OPENBLAS_THREAD_TIMEOUT=${OPENBLAS_THREAD_TIMEOUT:-4}

# location FILE: a filesrc or filesink property that GStreamer's parser reads as it is
location() {
  local name=${1//\\/\\\\}
  printf 'location="%s"' "${name//\"/\\\"}"
}
