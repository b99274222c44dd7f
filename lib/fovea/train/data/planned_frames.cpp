// SPDX-License-Identifier: MIT
#include "fovea/train/data/planned_frames.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "fovea/core/formatted.h"

namespace fovea {

namespace {

bool is_drawn(const SamplingOptions &sampling, const ListedClip &clip)
{
    const bool may_train = clip.split != "val" && clip.split != "test";
    return may_train && !is_one_whole(sampling.plan);
}

std::string words_of(const ListedTime &time)
{
    return formatted("%.17g", time.value) + (time.is_share ? "%" : "");
}

} // namespace

FrameStretch stretch_of(const KeptLength &video, const ListedClip &clip)
{
    const double duration = video.duration();
    const auto first = std::lround(clip.start.seconds(duration) * video.fps);
    const auto end = std::lround(clip.end.seconds(duration) * video.fps);
    const std::int64_t begin = std::clamp<std::int64_t>(first, 0, video.frames - 1);
    return {begin, std::clamp<std::int64_t>(end - begin, 1, video.frames - begin)};
}

std::vector<std::vector<std::int64_t>> timesteps_of(const SamplingOptions &sampling,
                                                    const KeptLength &video,
                                                    const FrameStretch &stretch)
{
    auto timesteps = sampling_plan(sampling, stretch.count, video.fps).timesteps;
    for (auto &timestep : timesteps) {
        for (std::int64_t &frame : timestep)
            frame += stretch.first;
    }
    return timesteps;
}

std::vector<std::int64_t> planned_frames(const SamplingOptions &sampling,
                                         const std::vector<ListedClip> &clips,
                                         const KeptLength &video)
{
    std::vector<char> is_planned(static_cast<std::size_t>(video.frames), 0);
    for (const ListedClip &clip : clips) {
        const FrameStretch stretch = sampling.plan == Sampling::Windows
                                         ? FrameStretch{0, video.frames}
                                         : stretch_of(video, clip);
        if (sampling.plan == Sampling::Windows || is_drawn(sampling, clip)) {
            // one more: a clip that is drawn by time may end with the frame at the stretch's end
            const auto first = is_planned.begin() + stretch.first;
            std::fill(first, first + std::min(stretch.count + 1, video.frames - stretch.first), 1);
            continue;
        }
        for (const auto &timestep : timesteps_of(sampling, video, stretch)) {
            for (const std::int64_t frame : timestep)
                is_planned[static_cast<std::size_t>(frame)] = 1;
        }
    }
    std::vector<std::int64_t> frames;
    for (std::int64_t frame = 0; frame < video.frames; ++frame) {
        if (is_planned[static_cast<std::size_t>(frame)] != 0)
            frames.push_back(frame);
    }
    return frames;
}

std::string planned_frames_words(const SamplingOptions &sampling,
                                 const std::vector<ListedClip> &clips)
{
    std::set<std::string> stretches; // in an order that is not the list's
    for (const ListedClip &clip : clips) {
        const bool drawn = is_drawn(sampling, clip);
        if (sampling.plan == Sampling::Windows || (drawn && is_whole(clip.start, clip.end)))
            return all_frames;
        stretches.insert(words_of(clip.start) + "-" + words_of(clip.end) + (drawn ? " drawn" : ""));
    }
    std::string words = std::string(name_of(samplings, sampling.plan)) + " " +
                        std::to_string(sampling.timesteps) + "x" + std::to_string(sampling.frames) +
                        formatted(" %.17g", sampling.rate) + " " + std::to_string(sampling.hop) +
                        " " + std::to_string(sampling.stride) + " " + name_of(fills, sampling.fill);
    for (const std::string &stretch : stretches)
        words += " " + stretch;
    return words;
}

} // namespace fovea
