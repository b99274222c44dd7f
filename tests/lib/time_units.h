// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/time.h"

constexpr fovea::Nanoseconds ms = fovea::nanoseconds_per_millisecond;
constexpr fovea::Nanoseconds second = fovea::nanoseconds_per_second;
