// SPDX-License-Identifier: MIT
#include <cmath>

#include "fovea/video/container.h"
#include "fovea/video/mp4_duration.h"
#include "targets.h"

/* What is asked of a file before it is decoded. The answers name places in it, and times that a stream can have */
void fuzz_container(std::string_view input)
{
    const std::string file = as_file(input, "video");
    fovea::mp4_has_video_track(file);
    fovea::mp4_lacks_index(file);
    fovea::matroska_lacks_clusters(file);
    fovea::avi_lacks_frames(file);
    fovea::ends_within_a_part(file);
    fovea::mp4_duration_of_tracks(file);
    const auto behind = fovea::another_file_behind(file);
    if (behind && (*behind == 0 || *behind >= input.size()))
        std::abort();
    const fovea::Mp4Durations durations = fovea::mp4_durations_for_frames(file);
    if (!std::isfinite(durations.left_out) || durations.left_out < 0)
        std::abort();
    for (const fovea::FileBytes &bytes : durations.bytes)
        if (bytes.offset >= input.size() || bytes.bytes.empty())
            std::abort();
    ++outcomes.read;
}
