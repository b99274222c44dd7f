// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "fovea/decide/feature_row.h"
#include "time_units.h"

namespace fovea_test {

inline constexpr std::size_t channels_of_all = 2;

inline fovea::FeatureRow row(std::uint64_t index, float first, std::size_t regions = 2)
{
    const auto features = std::make_shared<std::vector<float>>(regions * channels_of_all);
    features->front() = first;
    fovea::FeatureRow made;
    made.index = index;
    made.time = {static_cast<fovea::Nanoseconds>(index) * second,
                 static_cast<fovea::Nanoseconds>(index + 1) * second};
    made.regions.resize(regions);
    made.channels = channels_of_all;
    made.features = {features, features->data()};
    made.stride = channels_of_all;
    return made;
}

} // namespace fovea_test
