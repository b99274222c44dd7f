// SPDX-License-Identifier: MIT
#include <algorithm>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/core/interrupted.h"
#include "fovea/train/calibration.h"
#include "made_videos.h"
#include "recording_watcher.h"

namespace fovea {

namespace {

/** \brief Rows {1, 0}; of bright clips {0, 1}, where it is the one that goes wrong on them */
class MadeExtractor final : public FeatureExtractor
{
public:
    explicit MadeExtractor(bool is_wrong) : is_wrong_(is_wrong) {}

    Array rows(const Array &clips) override
    {
        const float brightest = *std::max_element(clips.values.begin(), clips.values.end());
        const bool other = is_wrong_ && brightest > 0.7F;
        Array rows({clips.shape[0], 1, 2});
        for (std::size_t i = 0; i < rows.values.size(); ++i)
            rows.values[i] = (i % 2 == 0) != other ? 1.0F : 0.0F;
        return rows;
    }

    std::int64_t channels() const override { return 2; }

    std::int64_t rows_of(std::int64_t) const override { return 1; }

    std::string runtime() const override { return "made up"; }

private:
    bool is_wrong_;
};

class CalibrationGate : public testing::Test
{
protected:
    Int8Calibration compared(const std::vector<std::string> &ids, const ScoreRows &scores)
    {
        ActivityCard card;
        card.architecture = "watch";
        card.input.size = {16, 16};
        card.sampling = {Sampling::Sliding, 8, 1, 5, 8, 1000};
        card.regions.full = true;
        card.regions.actor = false;
        std::vector<ListedClip> clips;
        for (const std::string &id : ids) {
            ListedClip clip;
            clip.id = id;
            clips.push_back(clip);
        }
        ClipSamplesOptions options;
        options.training = false;
        options.views = ClipSamplesOptions::Views::All;
        const std::vector<std::int64_t> targets(clips.size());
        const ClipSamples samples(clips, targets, card, videos_, options);
        MadeExtractor exact(false);
        MadeExtractor rounded(true);
        return compare(exact, rounded, samples, scores, watcher_);
    }

    MadeVideos videos_;
    RecordingWatcher watcher_;
};

std::vector<float> first_row(const Array &rows)
{
    return {rows.values[0], rows.values[1]};
}

TEST_F(CalibrationGate, ComparesRowsAndTheStrongestClass)
{
    const Int8Calibration figures = compared({"a0", "b5", "c9", "bright120"}, first_row);
    EXPECT_EQ(figures.clips, 4);
    EXPECT_DOUBLE_EQ(figures.cosine, 0.75); // at right angles on the bright clip, else the same
    EXPECT_DOUBLE_EQ(figures.agreement, 0.75);
    EXPECT_EQ(watcher_.shares.back(), 1);
    EXPECT_EQ(error_of([&] { check_calibration(figures, {}, "mine"); }),
              "precision 'int8' is refused for model 'mine': cosine 0.7500 (least 0.9900), top-1 "
              "agreement 0.7500 (least 0.9800) on 4 held-out clips; use bf16 or fp32, or "
              "calibrate on more clips");
}

TEST_F(CalibrationGate, LetsThroughWhatSaysTheSame)
{
    const Int8Calibration figures = compared({"a0", "b5"}, first_row);
    EXPECT_DOUBLE_EQ(figures.cosine, 1);
    EXPECT_DOUBLE_EQ(figures.agreement, 1);
    EXPECT_NO_THROW(check_calibration(figures, {}, "mine"));
}

TEST_F(CalibrationGate, WithoutAHeadOnlyRowsAreJudged)
{
    const Int8Calibration figures = compared({"a0", "bright120"}, {});
    EXPECT_DOUBLE_EQ(figures.cosine, 0.5);
    EXPECT_DOUBLE_EQ(figures.agreement, 1);
}

TEST_F(CalibrationGate, EachFigureMustReachItsLeast)
{
    CalibrationOptions options;
    options.least_cosine = 0.9;
    options.least_agreement = 0.8;
    const auto with = [](double cosine, double agreement) {
        Int8Calibration figures;
        figures.cosine = cosine;
        figures.agreement = agreement;
        return figures;
    };
    EXPECT_NO_THROW(check_calibration(with(0.9, 0.8), options, "m"));
    EXPECT_THROW(check_calibration(with(0.89, 0.8), options, "m"), Error);
    EXPECT_THROW(check_calibration(with(0.9, 0.79), options, "m"), Error);
}

TEST_F(CalibrationGate, IsInterruptedByItsWatcher)
{
    watcher_.stop_after = 0;
    EXPECT_THROW(compared({"a0"}, first_row), Interrupted);
}

} // namespace

} // namespace fovea
