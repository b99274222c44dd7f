// SPDX-License-Identifier: MIT
#include "fovea/bench/detector_bench.h"

#include <vector>

#include "fovea/bench/timed_work.h"

namespace fovea {

namespace {

constexpr ImageSize camera_frame = {854, 480}; // pixels
constexpr float usual_threshold = 0.5F;

Json times_of(const TimedWork &one, const Detector &finder)
{
    return {{"min_ms", one.minimum()},
            {"median_ms", one.median()},
            {"min_cpu_ms", one.cpu_minimum()},
            {"runtime", finder.runtime()}};
}

} // namespace

Json bench_detector(const std::string &detector, int rounds, PictureEngine settings)
{
    const auto finder = load_detector(detector, settings);
    settings.engine = "opencv";
    settings.precision = "fp32";
    const auto reference = detector == "hog" ? nullptr : load_detector(detector, settings);
    RgbImage image;
    image.size = finder->input_size(camera_frame);
    image.pixels.resize(static_cast<std::size_t>(image.size.width * image.size.height * 3));
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = static_cast<std::uint8_t>(i * i / 7); // edges in all directions
    std::vector<TimedWork> works = {{detector, [&] { finder->detect(image, usual_threshold); }}};
    const bool compares = reference != nullptr && reference->runtime() != finder->runtime();
    if (compares)
        works.push_back({"opencv", [&] { reference->detect(image, usual_threshold); }});
    time_in_turns(works, rounds);
    Json report = times_of(works[0], *finder);
    report.update(
        Json({{"detector", detector}, {"width", image.size.width}, {"height", image.size.height}}));
    if (compares) {
        report["opencv"] = times_of(works[1], *reference);
        report["times_as_fast"] = works[1].minimum() / works[0].minimum();
        report["times_as_fast_by_cpu"] = works[1].cpu_minimum() / works[0].cpu_minimum();
    }
    return report;
}

} // namespace fovea
