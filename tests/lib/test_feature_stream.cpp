// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "fovea/core/errors.h"
#include "fovea/engine/onednn/onednn_extractor.h"
#include "fovea/engine/onednn/onednn_stream.h"
#include "graph_backbone.h"

namespace {

using fovea::Array;
using fovea::EngineOptions;
using fovea::FeatureStream;
using fovea::OnednnExtractor;
using fovea::StreamOptions;

constexpr double same_rows = 1e-5; // of the largest value

OnednnExtractor extractor_of(std::shared_ptr<fovea::nn::Backbone> backbone)
{
    EngineOptions options;
    options.precision = "fp32";
    return {std::move(backbone), {}, options};
}

/** All rows of clips that come in pushes of 1, 3, 8 and 17 frames, over and over */
at::Tensor ragged(FeatureStream &stream, const at::Tensor &clips)
{
    const std::vector<std::int64_t> pushes = {1, 3, 8, 17};
    std::vector<at::Tensor> rows;
    std::int64_t done = 0;
    for (std::size_t i = 0; done < clips.size(2); ++i) {
        const std::int64_t count = std::min(pushes[i % pushes.size()], clips.size(2) - done);
        rows.push_back(as_tensor(stream.push(as_array(clips.narrow(2, done, count)))));
        done += count;
    }
    rows.push_back(as_tensor(stream.finish()));
    return at::cat(rows, 1);
}

StreamOptions options_for(const at::Tensor &clips)
{
    StreamOptions options;
    options.streams = clips.size(0);
    options.height = clips.size(3);
    options.width = clips.size(4);
    options.frames = clips.size(2);
    return options;
}

TEST(FeatureStream, GivesTheRowsOfTheWholeStreamAtOnceForRandomNetworks)
{
    const at::NoGradGuard no_grad;
    for (unsigned seed = 0; seed < 40; ++seed) {
        for (const std::int64_t streams : {1, 3}) {
            SCOPED_TRACE(std::to_string(seed) + ", streams " + std::to_string(streams));
            const auto network = std::make_shared<GraphBackbone>(RandomGraph(seed).make());
            const std::int64_t frames = 40 + seed;
            const at::Tensor clips =
                named_numbers::input("input/stream", {streams, 3, frames, 18, 20});
            OnednnExtractor extractor = extractor_of(network);
            const auto stream = extractor.open_stream(options_for(clips));
            const at::Tensor expected = network->rows(clips);
            const at::Tensor got = ragged(*stream, clips);
            ASSERT_EQ(got.sizes(), expected.sizes());
            EXPECT_LE(largest_error(got, expected), 2e-5); // against LibTorch
            const at::Tensor at_once = as_tensor(extractor.rows(as_array(clips)));
            EXPECT_LE(largest_error(got, at_once), same_rows);
        }
    }
}

TEST(FeatureStream, GivesI3dRowsOfAnyLengthEndsIncluded)
{
    const at::NoGradGuard no_grad;
    OnednnExtractor extractor = extractor_of(filled_backbone("i3d"));
    for (const std::int64_t frames : {5, 61, 64, 123}) {
        SCOPED_TRACE(frames);
        const at::Tensor clips = named_numbers::input("input/i3d", {1, 3, frames, 48, 32});
        const auto stream = extractor.open_stream(options_for(clips));
        const at::Tensor at_once = as_tensor(extractor.rows(as_array(clips)));
        const at::Tensor got = ragged(*stream, clips);
        ASSERT_EQ(got.sizes(), at_once.sizes());
        EXPECT_LE(largest_error(got, at_once), same_rows);
    }
}

TEST(FeatureStream, NeedsNoLengthWhereTheStrideDividesIt)
{
    const at::NoGradGuard no_grad;
    OnednnExtractor extractor = extractor_of(filled_backbone("i3d"));
    const at::Tensor clips = named_numbers::input("input/i3d", {2, 3, 72, 32, 32});
    StreamOptions options = options_for(clips);
    options.frames = 0;
    const auto stream = extractor.open_stream(options);
    const at::Tensor expected = as_tensor(extractor.rows(as_array(clips)));
    for (int time = 0; time < 2; ++time) { // reset() forgets all
        EXPECT_LE(largest_error(ragged(*stream, clips), expected), same_rows);
        stream->reset();
    }
}

TEST(FeatureStream, GivesARowAsSoonAsItIsFinal)
{
    // A difference looks 1 frame ahead, three kernels of 3 do likewise, the last of them at half the
    // rate: 1 + 1 + 1 + 2 frames behind the 4 of a row
    OnednnExtractor extractor = extractor_of(filled_backbone("watch"));
    StreamOptions options;
    options.height = options.width = 32;
    const auto stream = extractor.open_stream(options);
    EXPECT_EQ(stream->frames_per_row(), 4);
    EXPECT_EQ(stream->look_ahead(), 5);
    for (std::int64_t frame = 1; frame <= 40; ++frame) {
        const bool due = frame >= 9 && (frame - 9) % 4 == 0;
        EXPECT_EQ(stream->push(Array({1, 3, 1, 32, 32})).shape[1], due ? 1 : 0) << frame;
    }
    EXPECT_EQ(stream->finish().shape[1], (40 - 1) / 4 - 8); // 8 came before
}

TEST(FeatureStream, LooksAsFarAheadAsI3dsKernelsReach)
{
    // Row 0 needs row 0 of Mixed_5c; half a kernel ahead at each layer, doubled at each stride:
    // 5c, 5b: 2 frames of 8; pool 5a (2, stride 2): none beyond its pair; 4b to 4f: 5 frames of 4;
    // pool 4a (3, stride 2, SAME, 0 before): 1 of 2; 3b, 3c, 2c: 3 of 2; stem 7 (2 before): 3 of 1
    OnednnExtractor extractor = extractor_of(filled_backbone("i3d"));
    StreamOptions options;
    options.height = options.width = 32;
    EXPECT_EQ(extractor.open_stream(options)->look_ahead(), 2 * 8 + 5 * 4 + 1 * 2 + 3 * 2 + 3);
}

TEST(FeatureStream, RefusesWhatDoesNotFit)
{
    OnednnExtractor extractor = extractor_of(filled_backbone("watch"));
    StreamOptions options;
    options.height = options.width = 32;
    options.frames = 8;
    const auto stream = extractor.open_stream(options);
    EXPECT_THROW(stream->push(Array({1, 3, 1, 32, 48})), fovea::Error);
    stream->push(Array({1, 3, 7, 32, 32}));
    EXPECT_THROW(stream->push(Array({1, 3, 2, 32, 32})), fovea::Error);
    stream->reset(7);
    stream->push(Array({1, 3, 7, 32, 32}));
    stream->finish();
    EXPECT_THROW(stream->push(Array({1, 3, 1, 32, 32})), fovea::Error);
}

std::int64_t resident_kilobytes()
{
    std::ifstream file("/proc/self/statm");
    std::int64_t pages = 0;
    file >> pages >> pages;
    return pages * sysconf(_SC_PAGESIZE) / 1024;
}

TEST(FeatureStream, HoldsAsMuchMemoryAfterManyFramesAsAfterFew)
{
    // The full soak is 200000 frames: FOVEA_SOAK_FRAMES
    const char *set = std::getenv("FOVEA_SOAK_FRAMES");
    const std::int64_t frames = set ? std::atoll(set) : 8000;
    OnednnExtractor extractor = extractor_of(filled_backbone("watch"));
    StreamOptions options;
    options.height = options.width = 16;
    const auto stream = extractor.open_stream(options);
    const Array some({1, 3, 10, 16, 16});
    std::int64_t rows = 0;
    std::int64_t early = 0;
    for (std::int64_t seen = 0; seen < frames; seen += 10) {
        if (seen == 1000)
            early = resident_kilobytes();
        rows += stream->push(some).shape[1];
    }
    EXPECT_EQ(rows, (frames - 9) / 4 + 1);
    EXPECT_LE(resident_kilobytes(), early + 1024);
}

} // namespace
