// SPDX-License-Identifier: MIT
#include "fovea/bench/detector_bench.h"

#include <vector>

#include "fovea/bench/timed_work.h"
#include "fovea/bundle/load.h"

namespace fovea {

namespace {

constexpr ImageSize camera_frame = {854, 480}; // pixels
constexpr float usual_threshold = 0.5F;

} // namespace

Json bench_detector(const std::string &detector, int rounds, int threads)
{
    DetectorSettings settings;
    settings.threads = threads;
    const auto finder = load_detector(detector, settings);
    RgbImage image;
    image.size = finder->input_size(camera_frame);
    image.pixels.resize(static_cast<std::size_t>(image.size.width * image.size.height * 3));
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = static_cast<std::uint8_t>(i * i / 7); // edges in all directions
    std::vector<TimedWork> one = {{detector, [&] { finder->detect(image, usual_threshold); }}};
    time_in_turns(one, rounds);
    return {{"min_ms", one[0].minimum()},
            {"median_ms", one[0].median()},
            {"detector", detector},
            {"width", image.size.width},
            {"height", image.size.height}};
}

} // namespace fovea
