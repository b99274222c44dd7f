// SPDX-License-Identifier: MIT
#include "commands/label_places.h"

#include <cstdio>

#include "fovea/store/results/results_folder.h"
#include "fovea/store/web_video.h"
#include "fovea/store/work/shard.h"

namespace fovea {

std::filesystem::path results_of(const LabelOptions &options, const std::filesystem::path &video)
{
    if (options.out.empty() || options.listed.count(video) == 0 || is_web_video(video.string()))
        return ResultsFolder::path_of(video, options.out);
    auto below = place_below(options.list_folder, std::filesystem::absolute(video));
    if (!below.has_filename()) // of a folder of frames, or none
        below = below.parent_path();
    return ResultsFolder::path_of(video, options.out / below.parent_path());
}

std::vector<std::filesystem::path> without_results(const LabelOptions &options)
{
    std::size_t passed = 0;
    std::vector<std::filesystem::path> left;
    for (const auto &video : options.videos) {
        const bool is_listed = options.listed.count(video) > 0;
        if (!ResultsFolder::is_one(video) &&
            !(is_listed && ResultsFolder::is_one(video.parent_path())))
            left.push_back(video);
        else if (is_listed)
            ++passed;
    }
    if (left.empty() && passed < options.videos.size()) // a folder that is named is told as such
        return options.videos;
    if (passed > 0)
        std::fprintf(stderr, "fovea: passed over %zu of the list, in folders of results\n", passed);
    return left;
}

} // namespace fovea
