// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

/** What the rows of the model `watch` have: a region for the full view and one for the actor */
constexpr std::int64_t watch_regions = 2;
constexpr std::int64_t watch_channels = 128;
