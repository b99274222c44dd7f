// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "features/clip_features.h"
#include "meta/convert.h"

namespace fovea {

namespace {

TEST(ClipFeatures, RowsOfTheSecondNetworkAreMeansWhereTheyAreMoreAndRepeatWhereTheyAreFewer)
{
    Array features({2, 4, 1});
    features.values = {1, 3, 5, 9, 10, 30, 50, 90};
    EXPECT_EQ(with_rows(features, 4).values, features.values);
    EXPECT_EQ(with_rows(features, 2).values, (std::vector<float>{2, 7, 20, 70}));
    EXPECT_EQ(with_rows(features, 3).values, (std::vector<float>{1, 3, 7, 10, 30, 70}));
    EXPECT_EQ(with_rows(features, 8).values,
              (std::vector<float>{1, 1, 3, 3, 5, 5, 9, 9, 10, 10, 30, 30, 50, 50, 90, 90}));
    EXPECT_EQ(with_rows(features, 8).shape, (std::vector<std::int64_t>{2, 8, 1}));
}

/* Every feature of a clip is its first pixel and the number of the network */
class NumberedNetwork final : public FeatureExtractor
{
public:
    NumberedNetwork(float number, std::int64_t channels, std::int64_t rows)
        : number_(number), channels_(channels), rows_(rows)
    {
    }

    Array rows(const Array &clips) override
    {
        Array features({clips.shape[0], rows_, channels_});
        const std::size_t clip = clips.values.size() / static_cast<std::size_t>(clips.shape[0]);
        const std::size_t of_clip = static_cast<std::size_t>(rows_ * channels_);
        for (std::size_t i = 0; i < features.values.size(); ++i)
            features.values[i] = number_ + clips.values[i / of_clip * clip];
        return features;
    }

    std::int64_t channels() const override { return channels_; }

    std::int64_t rows_of(std::int64_t) const override { return rows_; }

    std::string runtime() const override { return "a test"; }

private:
    float number_;
    std::int64_t channels_;
    std::int64_t rows_;
};

RowNetwork network(float number, std::int64_t channels, std::int64_t rows, std::size_t offset,
                   RowNetwork::Sees sees)
{
    ActivityCard card;
    card.input.size = {4, 4};
    card.area = ViewArea::Frame;
    return {std::make_shared<NumberedNetwork>(number, channels, rows), {card, 1}, offset, sees, 0};
}

/* Two frames of 8 x 4 grey pixels, 0.2 in the left half and 0.8 in the right one */
std::vector<HeldFrame> two_halves(const std::vector<Region> &regions)
{
    auto info = std::make_shared<GstVideoInfo>();
    gst_video_info_set_format(info.get(), GST_VIDEO_FORMAT_GRAY8, 8, 4);
    std::vector<HeldFrame> clip;
    for (int t = 0; t < 2; ++t) {
        GstBuffer *buffer = gst_buffer_new_allocate(nullptr, info->size, nullptr);
        for (gsize at = 0; at < info->size; at += 4)
            gst_buffer_memset(buffer, at, at % 8 < 4 ? 51 : 204, 4);
        if (!regions.empty())
            set_regions(fovea_meta_ensure(buffer), regions);
        clip.push_back({{buffer, gst_buffer_unref}, info, {t * 100, (t + 1) * 100}});
    }
    return clip;
}

/* Each frame's pixels are its number. */
std::vector<HeldFrame> numbered(int first, int count)
{
    auto info = std::make_shared<GstVideoInfo>();
    gst_video_info_set_format(info.get(), GST_VIDEO_FORMAT_GRAY8, 8, 4);
    std::vector<HeldFrame> clip;
    for (int t = first; t < first + count; ++t) {
        GstBuffer *buffer = gst_buffer_new_allocate(nullptr, info->size, nullptr);
        gst_buffer_memset(buffer, 0, static_cast<guint8>(t), info->size);
        clip.push_back({{buffer, gst_buffer_unref}, info, {t * 100, (t + 1) * 100}});
    }
    return clip;
}

TEST(RegionClips, TakesOverWhatWindowsHaveInCommonAndNothingElse)
{
    ActivityCard card;
    card.input.size = {4, 4};
    RegionClips clips(card, 1);
    const std::vector<HeldFrame> frames = numbered(1, 8);
    const Region whole = {RegionKind::Full, whole_frame};
    const std::vector<Region> first = {whole, {RegionKind::Actor, {0, 0, 0.5F, 1}}};
    const std::vector<Region> second = {whole, {RegionKind::Actor, {0.5F, 0, 0.5F, 1}}};
    const auto levels = [&](const Array &cut) {
        std::vector<int> found; // [region, colour, frame]
        for (std::size_t at = 0; at < cut.values.size(); at += 16)
            found.push_back(static_cast<int>(std::lround(cut.values[at] * 255)));
        return found;
    };
    const auto expected = [](int from) {
        std::vector<int> numbers;
        for (int i = 0; i < 2 * 3 * 5; ++i)
            numbers.push_back(from + i % 5);
        return numbers;
    };
    EXPECT_EQ(levels(clips.cut({frames.begin(), frames.begin() + 5}, first.data(), 2)),
              expected(1));
    // Written over since: what is taken over keeps its number, what is cut has the new one
    for (const HeldFrame &frame : frames)
        gst_buffer_memset(frame.buffer.get(), 0, 200, 32);
    std::vector<int> moved(2 * 3 * 5, 200);
    for (std::size_t colour = 0; colour < 3; ++colour) {
        moved[5 * colour] = 4; // of frames 4 to 8 the first two, of the region that is the same
        moved[5 * colour + 1] = 5;
    }
    EXPECT_EQ(levels(clips.cut({frames.begin() + 3, frames.end()}, second.data(), 2)), moved);
    EXPECT_EQ(levels(clips.cut(numbered(4, 5), second.data(), 2)), expected(4)) << "other frames";
}

void expect_features(const FoveaRow &row, const std::vector<float> &expected)
{
    ASSERT_EQ(row.regions * row.channels, expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_NEAR(row.features[i], expected[i], 1e-5) << "feature " << i;
}

/** \brief The value of the first pixel of each frame, a row each */
class FirstPixels final : public FeatureExtractor
{
public:
    Array rows(const Array &clips) override
    {
        Array rows({clips.shape[0], clips.shape[2], 1});
        for (std::size_t t = 0; t < rows.values.size(); ++t)
            rows.values[t] = clips.values[t * 16];
        return rows;
    }

    std::int64_t channels() const override { return 1; }

    std::int64_t rows_of(std::int64_t frames) const override { return frames; }

    std::string runtime() const override { return "a test"; }
};

/* Torabi and Sigal 2017, 3.2: of each chunk one frame is attended to */
TEST(ClipFeatures, ANetworkOfPicturesSeesTheFirstFrameOfEachRow)
{
    std::vector<HeldFrame> clip;
    for (int t = 0; t < 4; ++t) {
        clip.push_back(two_halves({}).front());
        gst_buffer_memset(clip.back().buffer.get(), 0, static_cast<guint8>(51 * t), 32);
    }
    for (const int pictures : {1, 0}) {
        std::vector<RowNetwork> networks;
        networks.push_back(network(10, 1, 2, 0, RowNetwork::Sees::All)); // two rows of two frames
        ActivityCard card;
        card.input.size = {4, 4};
        card.area = ViewArea::Frame;
        networks.push_back({std::make_shared<FirstPixels>(),
                            {card, 1},
                            /*offset=*/1,
                            RowNetwork::Sees::All,
                            pictures});
        ClipFeatures features(std::move(networks), /*batch_size=*/0);
        const std::vector<RowPointer> rows = features.rows(clip, /*first_row=*/0);
        ASSERT_EQ(rows.size(), 2U);
        EXPECT_NEAR(rows[0]->features[1], pictures == 1 ? 0.0 : 0.1, 1e-5); // or the mean of both
        EXPECT_NEAR(rows[1]->features[1], pictures == 1 ? 0.4 : 0.5, 1e-5);
    }
}

TEST(ClipFeatures, FeaturesOfEachNetworkStandAtItsOffset)
{
    const std::vector<HeldFrame> clip =
        two_halves({{RegionKind::Grid, {0, 0, 0.5F, 1}}, {RegionKind::Grid, {0.5F, 0, 0.5F, 1}}});
    for (const int batch_size : {0, 1}) {
        std::vector<RowNetwork> networks;
        networks.push_back(network(10, 2, 1, 0, RowNetwork::Sees::All));
        networks.push_back(network(20, 1, 2, 2, RowNetwork::Sees::All));
        ClipFeatures features(std::move(networks), batch_size);
        EXPECT_TRUE(features.attends());

        const std::vector<RowPointer> rows = features.rows(clip, /*first_row=*/7);
        ASSERT_EQ(rows.size(), 1U);
        EXPECT_EQ(rows[0]->index, 7U);
        EXPECT_EQ(rows[0]->end, 200U);
        EXPECT_EQ(rows[0]->channels, 3U);
        EXPECT_EQ(rows[0]->attended, 1U);
        expect_features(*rows[0], {10.2F, 10.2F, 20.2F, 10.8F, 10.8F, 20.8F});
    }
}

std::unique_ptr<FocusChooser> right_half_focus()
{
    class RightHalf final : public SaliencyMapper
    {
    public:
        Array map(const Array &clip, const ClipTruth * /*truth*/) override
        {
            Array map({clip.shape[3], clip.shape[4]});
            for (std::size_t i = 0; i < map.values.size(); ++i)
                map.values[i] = i % 4 < 2 ? 0 : 1;
            return map;
        }
    };

    const SecondLook look = {Focus::Saliency, Fusion::Late, Entropy::Paper, Attribution::Gradient};
    return std::make_unique<FocusChooser>(look, /*size=*/0.5, std::make_unique<RightHalf>());
}

/* And of T of 24 beside 12 chunks two each: their features stand side by side */
TEST(ClipFeatures, ANetworkOfPicturesMaySeeSeveralFramesOfEachRow)
{
    std::vector<HeldFrame> clip;
    for (int t = 0; t < 8; ++t) {
        clip.push_back(two_halves({}).front());
        gst_buffer_memset(clip.back().buffer.get(), 0, static_cast<guint8>(25 * t), 32);
    }
    std::vector<RowNetwork> networks;
    networks.push_back(network(10, 1, 2, 0, RowNetwork::Sees::All)); // two rows of four frames
    ActivityCard card;
    card.input.size = {4, 4};
    card.area = ViewArea::Frame;
    networks.push_back({std::make_shared<FirstPixels>(), {card, 1}, 1, RowNetwork::Sees::All, 2});
    ClipFeatures features(std::move(networks), /*batch_size=*/0);
    const std::vector<RowPointer> rows = features.rows(clip, /*first_row=*/0);
    ASSERT_EQ(rows.size(), 2U);
    ASSERT_EQ(rows[0]->channels, 3U);
    EXPECT_EQ(rows[0]->attended, 2U);
    for (int row = 0; row < 2; ++row)
        for (int frame = 0; frame < 2; ++frame) // 0 and 2 of the first row, 4 and 6 of the second
            EXPECT_NEAR(rows[static_cast<std::size_t>(row)]->features[1 + frame],
                        25.0 * (4 * row + 2 * frame) / 255, 1e-5);
}

TEST(ClipFeatures, AFocusIsToldWhatTheClipsFramesShow)
{
    class Told final : public SaliencyMapper
    {
    public:
        Array map(const Array &clip, const ClipTruth *truth) override
        {
            told = truth != nullptr ? truth->frames.values : std::vector<float>();
            return Array({clip.shape[3], clip.shape[4]});
        }

        std::vector<float> told;
    };

    const auto mapper = std::make_shared<Told>();
    const SecondLook look = {Focus::Saliency, Fusion::Late, Entropy::Truth, Attribution::Gradient};
    std::vector<RowNetwork> networks;
    networks.push_back(network(10, 1, 1, 0, RowNetwork::Sees::All));
    const double start = to_seconds(two_halves({})[1].time.start); // the second frame alone
    ClipFeatures features(std::move(networks), /*batch_size=*/0, nullptr,
                          std::make_unique<FocusChooser>(look, /*size=*/0.5, mapper), nullptr,
                          VideoTruth{{{1, start, start}}, /*classes=*/2});
    features.rows(two_halves({}), 0);
    EXPECT_EQ(mapper->told, (std::vector<float>{0, 0, 0, 1}));
}

TEST(ClipFeatures, FirstAndSecondLookAreOfTheNetworksThatSeeThem)
{
    std::vector<RowNetwork> networks;
    networks.push_back(network(10, 1, 1, 0, RowNetwork::Sees::SecondLook));
    networks.push_back(network(30, 1, 1, 0, RowNetwork::Sees::FirstLook));
    ClipFeatures features(std::move(networks), /*batch_size=*/0, nullptr, right_half_focus());
    EXPECT_FALSE(features.attends());

    const std::vector<RowPointer> rows = features.rows(two_halves({}), 0);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0]->region[0].kind, FOVEA_REGION_FULL);
    EXPECT_EQ(rows[0]->region[1].kind, FOVEA_REGION_SALIENT);
    expect_features(*rows[0], {30.2F, 10.8F});
}

} // namespace

} // namespace fovea
