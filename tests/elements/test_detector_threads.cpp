// SPDX-License-Identifier: MIT
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "detect/detector_team.h"
#include "few_threads.h"

namespace {

using fovea::ImageSize;
using fovea::Person;
using fovea::RgbImage;

/* Finds as many persons as the picture's level says */
class Counting final : public fovea::Detector
{
public:
    ImageSize input_size(ImageSize) const override { return {1, 1}; }

    std::vector<Person> detect(const RgbImage &image, float) override
    {
        return std::vector<Person>(image.pixels.at(0));
    }

    std::string runtime() const override { return "told"; }

    std::unique_ptr<Detector> twin() const override { return std::make_unique<Counting>(); }
};

/* As in a container with a limit of processes */
TEST(DetectorTeam, WhereThreadsAreFewThoseThatAreThereLook)
{
    for (const int threads : {1, 0}) {
        const fovea::test::FewThreads few(threads);
        fovea::DetectorTeam team(std::make_shared<Counting>(), 3);
        EXPECT_GT(fovea::test::FewThreads::refused(), 0);
        EXPECT_EQ(team.size(), 1U);
        const auto one = team.detect({{1, 1}, {1, 1, 1}}, 0);
        const auto three = team.detect({{1, 1}, {3, 3, 3}}, 0);
        EXPECT_EQ(one->get().size(), 1U);
        EXPECT_EQ(three->get().size(), 3U);
    }
}

} // namespace
