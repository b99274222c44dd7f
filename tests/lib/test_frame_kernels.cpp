// SPDX-License-Identifier: MIT
#include <algorithm>

#include <gtest/gtest.h>

#include "fovea/engine/onednn/frame_kernels.h"
#include "guarded_vector.h"

namespace fovea {

namespace {

using Bytes = test::GuardedVector<std::byte>;
using Floats = test::GuardedVector<float>;

constexpr float step = 1.0F / 64; ///< each number below is some of them, which every format holds

const ValueFormat formats[] = {
    {Element::Float32, 1}, {Element::BFloat16, 1}, {Element::Int8, step}, {Element::UInt8, step}};

/** Shorter and longer than the vectors of every processor, and than a piece of 1536 */
constexpr std::int64_t counts[] = {1, 3, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 1535, 1537, 3100};

/** \brief From 0 to 63 steps */
Floats made(std::int64_t count, int seed)
{
    Floats values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = step * static_cast<float>((i * 37 + static_cast<std::size_t>(seed)) % 64);
    return values;
}

Bytes encoded(const Floats &values, const ValueFormat &format)
{
    Bytes bytes(values.size() * size_of(format.element));
    encode(bytes.data(), format, values.data(), static_cast<std::int64_t>(values.size()));
    return bytes;
}

Floats decoded(const Bytes &bytes, const ValueFormat &format)
{
    Floats values(bytes.size() / size_of(format.element));
    decode(values.data(), bytes.data(), format, static_cast<std::int64_t>(values.size()));
    return values;
}

class FrameKernels : public testing::TestWithParam<ValueFormat>
{
};

TEST_P(FrameKernels, GiveBackWhatTheFormatHolds)
{
    for (const std::int64_t count : counts)
        EXPECT_EQ(decoded(encoded(made(count, 1), GetParam()), GetParam()), made(count, 1))
            << count;
}

TEST_P(FrameKernels, PutChannelsSideBySide)
{
    for (const std::int64_t channels : {1, 2, 3, 5})
        for (const std::int64_t pixels : counts) {
            const Floats planes = made(channels * pixels, 2);
            Bytes bytes(planes.size() * size_of(GetParam().element));
            interleave(bytes.data(), GetParam(), planes.data(), channels, pixels, pixels);
            const Floats got = decoded(bytes, GetParam());
            for (std::int64_t i = 0; i < pixels * channels; ++i)
                ASSERT_EQ(got[static_cast<std::size_t>(i)],
                          planes[static_cast<std::size_t>(i % channels * pixels + i / channels)])
                    << i << " of " << pixels << " pixels, " << channels << " channels";
        }
}

TEST_P(FrameKernels, SubtractAFrameFromTheNext)
{
    for (const std::int64_t values : counts) {
        Floats frames = made(3 * values, 3);
        std::sort(frames.begin(), frames.end()); // an unsigned format holds no negative difference
        Bytes bytes(static_cast<std::size_t>(2 * values) * size_of(GetParam().element));
        difference(bytes.data(), GetParam(), frames.data(), 2, values, /*gain=*/2);
        const Floats got = decoded(bytes, GetParam());
        for (std::size_t i = 0; i < got.size(); ++i)
            ASSERT_EQ(got[i], 2 * (frames[i + static_cast<std::size_t>(values)] - frames[i])) << i;
    }
}

TEST_P(FrameKernels, AddAndBend)
{
    for (const std::int64_t count : counts) {
        const Floats a = made(count, 4);
        const Floats b = made(count, 5);
        const Bytes a_bytes = encoded(a, GetParam());
        const Bytes b_bytes = encoded(b, GetParam());
        Bytes sum(a_bytes.size());
        add(sum.data(), GetParam(), {a_bytes.data(), GetParam()}, {b_bytes.data(), GetParam()},
            count, {0, 90 * step});
        const Floats got = decoded(sum, GetParam());
        for (std::size_t i = 0; i < got.size(); ++i)
            ASSERT_EQ(got[i], std::min(a[i] + b[i], 90 * step)) << i << " of " << count;
    }
}

TEST_P(FrameKernels, TakeTheMeanOfEachFramesPixels)
{
    for (const std::int64_t channels : {1, 3, 8, 17, 65}) {
        constexpr std::int64_t pixels = 4;
        const Floats values = made(2 * pixels * channels, 6);
        const Bytes bytes = encoded(values, GetParam());
        Floats means(static_cast<std::size_t>(2 * channels));
        pixel_mean(means.data(), bytes.data(), GetParam(), 2, pixels, channels);
        for (std::int64_t i = 0; i < 2 * channels; ++i) {
            float sum = 0;
            for (std::int64_t p = 0; p < pixels; ++p)
                sum += values[static_cast<std::size_t>((i / channels * pixels + p) * channels +
                                                       i % channels)];
            ASSERT_EQ(means[static_cast<std::size_t>(i)], sum / pixels) << i;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, FrameKernels, testing::ValuesIn(formats));

} // namespace

} // namespace fovea
