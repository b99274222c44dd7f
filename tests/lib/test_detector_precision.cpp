// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/core/geometry.h"
#include "fovea/detect/dnn_detector.h"
#include "raw_video.h"

using fovea::DnnDetectorOptions;
using fovea::Person;
using fovea::RgbImage;
using fovea::test::read_frames;
using fovea::test::shared_data;

namespace {

constexpr float seen_threshold = 0.5F; ///< as foveadetect's
constexpr float weak_threshold = 0.05F;
constexpr double same_overlap = 0.5;

using Pictures = std::vector<std::vector<Person>>; ///< by picture

/** \brief Average precision of \a found where \a truths are right: precision at each hit, over the truths */
double average_precision(const Pictures &found, const Pictures &truths)
{
    struct Guess {
        std::size_t picture;
        Person person;
    };

    std::vector<Guess> guesses;
    std::size_t truth_count = 0;
    std::vector<std::vector<bool>> is_taken;
    for (std::size_t i = 0; i < found.size(); ++i) {
        for (const Person &person : found[i])
            guesses.push_back({i, person});
        truth_count += truths[i].size();
        is_taken.emplace_back(truths[i].size(), false);
    }
    std::stable_sort(guesses.begin(), guesses.end(), [](const Guess &a, const Guess &b) {
        return a.person.confidence > b.person.confidence;
    });
    double sum = 0;
    std::size_t hits = 0;
    for (std::size_t rank = 0; rank < guesses.size(); ++rank) {
        const auto &[picture, person] = guesses[rank];
        std::size_t best = truths[picture].size();
        double best_overlap = same_overlap;
        for (std::size_t i = 0; i < truths[picture].size(); ++i) {
            const double overlap = intersection_over_union(person.box, truths[picture][i].box);
            if (!is_taken[picture][i] && overlap >= best_overlap) {
                best = i;
                best_overlap = overlap;
            }
        }
        if (best == truths[picture].size())
            continue;
        is_taken[picture][best] = true;
        sum += static_cast<double>(++hits) / static_cast<double>(rank + 1);
    }
    return sum / static_cast<double>(truth_count);
}

/** \brief Some 500 pictures of streets, rooms and fights */
std::vector<RgbImage> pictures()
{
    std::vector<RgbImage> all;
    for (const char *clip :
         {"pets-pedestrians.mp4", "street-1080p.mp4", "one-by-one-person-detection.mp4",
          "arm-wrestling.mp4", "test.mp4", "spatiotemporal-demo.mp4"}) {
        auto frames = read_frames(shared_data() / "clips" / clip, {640, 480}, /*every=*/7);
        std::move(frames.begin(), frames.end(), std::back_inserter(all));
    }
    return all;
}

} // namespace

TEST(AveragePrecision, IsThatOfAnExampleByHand)
{
    const Person left{{0, 0, 0.2F, 0.4F}, 0.9F}, right{{0.5F, 0, 0.2F, 0.4F}, 0.6F},
        nobody{{0.8F, 0.6F, 0.1F, 0.2F}, 0.7F};
    EXPECT_DOUBLE_EQ(average_precision({{left, nobody, right}}, {{left, right}}),
                     (1 + 2 / 3.0) / 2);
    EXPECT_DOUBLE_EQ(average_precision({{left, left}, {}}, {{left}, {right}}), 0.5);
}

/* What float finds at the usual threshold is right: half precision may lose 0.2 points of it */
TEST(DetectorPrecision, HalfPrecisionFindsWhatFloatFinds)
{
    if (shared_data().empty())
        GTEST_SKIP() << "no real networks and clips: FOVEA_SHARED is not set to their folder";
    const std::vector<RgbImage> images = pictures();
    for (const char *name : {"yolo-fastest-1.1-xl", "yolo-fastest-1.1"}) {
        DnnDetectorOptions options;
        options.network = shared_data() / "detectors" / (name + std::string(".cfg"));
        options.weights = shared_data() / "detectors" / (name + std::string(".weights"));
        options.precision = "fp32";
        const auto reference = make_dnn_detector(options);
        ASSERT_NE(reference->runtime().find("fp32"), std::string::npos);
        options.precision = "auto";
        const auto detector = make_dnn_detector(options);
        if (detector->runtime().find("bf16") == std::string::npos)
            GTEST_SKIP() << "this processor has no bf16";
        Pictures truths, found;
        std::size_t count = 0;
        for (const RgbImage &image : images) {
            truths.push_back(reference->detect(image, seen_threshold));
            found.push_back(detector->detect(image, weak_threshold));
            count += truths.back().size();
        }
        const double precision = average_precision(found, truths);
        RecordProperty(name, std::to_string(precision) + " on " + std::to_string(count) +
                                 " persons of " + std::to_string(images.size()) + " pictures");
        EXPECT_GE(count, 300U);
        EXPECT_GE(precision, 0.998)
            << name << " on " << count << " persons of " << images.size() << " pictures";
    }
}
