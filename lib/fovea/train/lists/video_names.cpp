// SPDX-License-Identifier: MIT
#include "fovea/train/lists/video_names.h"

#include <system_error>

#include "fovea/store/web_video.h"

namespace fovea {

const std::string &VideoNames::first_of(const std::filesystem::path &video)
{
    const bool is_file = !is_web_video(video.string());
    const auto [known, is_new] =
        firsts_.emplace((is_file ? video.lexically_normal() : video).string(), "");
    if (is_new) {
        std::error_code error;
        const auto whole = is_file ? std::filesystem::weakly_canonical(video, error) : video;
        const std::string &file = error ? known->first : whole.string();
        known->second = files_.emplace(file, known->first).first->second;
    }
    return known->second;
}

} // namespace fovea
