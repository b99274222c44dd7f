// SPDX-License-Identifier: MIT
#include "media/decoding_chain.h"

#include <cmath>
#include <string>

#include "fovea/core/stated_time.h"
#include "fovea/video/frame_folder.h"
#include "fovea/video/picture_file.h"

namespace fovea {

Chain decoding_chain(const std::filesystem::path &file)
{
    const auto pictures = [](double fps) {
        return "image/jpeg,framerate=" + std::to_string(std::lround(fps * 1000)) + "/1000";
    };
    const auto frames = frame_folder(file);
    if (!frames) {
        Stage decoder = {"decodebin", {}};
        if (is_motion_jpeg(file))
            decoder.properties.emplace_back("sink-caps", pictures(assumed_fps));
        return {{"filesrc", {{"location", file.string()}}}, decoder};
    }
    std::string folder;
    for (const char c : file.string()) // printf reads it
        folder += c == '%' ? "%%" : std::string(1, c);
    return {{"multifilesrc",
             {{"location", folder + "/" + frames->pattern},
              {"start-index", std::to_string(frames->first)},
              {"caps", pictures(frames->fps)}}},
            {"decodebin", {}}};
}

} // namespace fovea
