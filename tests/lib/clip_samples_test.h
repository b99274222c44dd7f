// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/train/data/clip_samples.h"
#include "i420_picture.h"
#include "temporary_folder.h"

namespace fovea::test {

inline constexpr int video_side = 64;
constexpr int frame_count = 120;
constexpr double fps = 30;

/** \brief Every clip is of one frame file, which a child writes */
class OneFile : public ClipSource
{
public:
    std::shared_ptr<const FrameFile> open(const ListedClip &) const override { return opened_; }

protected:
    std::filesystem::path file() const { return folder_.path() / "v"; }

    void open_written() { opened_ = std::make_shared<FrameFile>(file()); }

private:
    TemporaryFolder folder_;
    std::shared_ptr<const FrameFile> opened_;
};

/**
 * \brief A video of 4 s whose frame i is grey of luma 16 + i outside the middle, 16 + i + 80 in it;
 * someone stands in the middle (16 of 64 pixels wide) all the time
 */
class OneVideo final : public OneFile
{
public:
    OneVideo()
    {
        FrameFileWriter writer(file(), {{video_side, video_side}, fps, {}});
        I420Picture picture({video_side, video_side});
        Person person;
        person.box = {0.375F, 0.375F, 0.25F, 0.25F};
        person.confidence = 0.9F;
        for (int i = 0; i < frame_count; ++i) {
            const auto inside = [](int x) { return x >= 24 && x < 40; };
            const FrameView &view = picture.filled(
                [&](int x, int y) { return 16 + i + (inside(x) && inside(y) ? 80 : 0); });
            writer.add(view, {person});
        }
        writer.commit();
        open_written();
    }
};

inline ActivityCard compact_card()
{
    ActivityCard card;
    card.architecture = "watch";
    card.input.size = {16, 16};
    card.input.interpolation = Interpolation::Area;
    card.area = ViewArea::Frame;
    card.sampling.plan = fovea::Sampling::Sliding;
    card.sampling.frames = 17;
    card.sampling.rate = 7.5;
    card.sampling.hop = 8;
    card.regions.full = true;
    card.regions.grid = 0;
    card.regions.actor = true;
    card.actor.margin = 1;
    return card;
}

/** \brief Number of the video's frame that grey \a value in [0, 1] stands for (BT.601, limited) */
inline int frame_of(double value)
{
    return static_cast<int>(std::lround(value * 219));
}

/** \brief Clips of OneVideo */
class Clips : public testing::Test
{
protected:
    ClipSamples make(const ListedClip &clip, const ClipSamplesOptions &options, int copies = 1)
    {
        const auto count = static_cast<std::size_t>(copies);
        return {std::vector<ListedClip>(count, clip), std::vector<std::int64_t>(count, 1), card_,
                source_, options};
    }

    OneVideo source_;
    ActivityCard card_ = compact_card();
};

} // namespace fovea::test
