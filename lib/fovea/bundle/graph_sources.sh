#!/bin/sh
# SPDX-License-Identifier: MIT
# graph_sources.sh FILE...: a header with a hash of these sources
printf '#define FOVEA_GRAPH_SOURCES "%s"\n' "$(cat "$@" | sha256sum | cut -c 1-32)"
