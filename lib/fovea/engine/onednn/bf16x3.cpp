// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/bf16x3.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "fovea/core/vectorised.h"
#include "fovea/engine/onednn/bfloat16.h"

namespace fovea {

namespace {

constexpr std::int64_t fewest_values = 1 << 16; ///< that a second thread is worth
constexpr std::int64_t most_at_once = 1024;     ///< numbers: they stay in the first cache

FOVEA_VECTORISED
void split(std::uint16_t *high, std::uint16_t *low, const float *from, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i) {
        high[i] = to_bfloat16(from[i]);
        low[i] = to_bfloat16(from[i] - from_bfloat16(high[i]));
    }
}

} // namespace

bool cpu_prefers_bf16x3()
{
    constexpr auto wanted = static_cast<unsigned>(dnnl::cpu_isa::avx512_core_amx);
    return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & wanted) == wanted;
}

bool is_worth_splitting(const nn::Node &convolution, const MapShape &in, const MapShape &out)
{
    constexpr double fewest_products = 100; // of each number that is read
    const auto products = convolution.weight.count() / in.channels * out.pixels();
    return static_cast<double>(products) >=
           fewest_products * static_cast<double>(in.pixels() * convolution.window.stride[0]);
}

void split_channels(std::uint16_t *to, const float *from, std::int64_t pixels,
                    std::int64_t channels)
{
    const std::int64_t step = std::max<std::int64_t>(1, most_at_once / channels);
#pragma omp parallel for if (pixels * channels > fewest_values) schedule(static)
    for (std::int64_t i = 0; i < pixels; i += step) {
        const std::int64_t some = std::min(step, pixels - i);
        if (channels >= most_at_once / 16) { // long enough to be written where they belong
            for (std::int64_t k = i; k < i + some; ++k) {
                std::uint16_t *pixel = to + 3 * k * channels;
                split(pixel, pixel + channels, from + k * channels, channels);
                std::copy_n(pixel, channels, pixel + 2 * channels);
            }
            continue;
        }
        // NOLINTBEGIN(cppcoreguidelines-pro-type-member-init): no need to clear them
        std::array<std::uint16_t, most_at_once> high;
        std::array<std::uint16_t, most_at_once> low;
        // NOLINTEND(cppcoreguidelines-pro-type-member-init)
        split(high.data(), low.data(), from + i * channels, some * channels);
        for (std::int64_t k = 0; k < some; ++k) {
            std::uint16_t *pixel = to + 3 * (i + k) * channels;
            std::copy_n(high.data() + k * channels, channels, pixel);
            std::copy_n(low.data() + k * channels, channels, pixel + channels);
            std::copy_n(high.data() + k * channels, channels, pixel + 2 * channels);
        }
    }
}

SharedArray split_weights(const SharedArray &weight)
{
    std::vector<std::int64_t> shape = weight.shape();
    const std::int64_t of_filter = weight.count() / shape[0];
    shape[1] *= 3;
    Array split(shape);
    for (std::int64_t filter = 0; filter < shape[0]; ++filter) {
        const float *from = weight.data() + filter * of_filter;
        float *to = split.values.data() + 3 * filter * of_filter;
        for (std::int64_t i = 0; i < of_filter; ++i) {
            const float high = from_bfloat16(to_bfloat16(from[i]));
            to[i] = high;
            to[of_filter + i] = high;
            to[2 * of_filter + i] = from[i] - high;
        }
    }
    return SharedArray(std::move(split));
}

} // namespace fovea
