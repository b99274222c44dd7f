#pragma once

#include <filesystem>
#include <functional>

#include "media.h"

namespace fovea {

/**
 * \brief The second decode: the video with what was seen drawn on it, its sound kept, as MP4
 * \throw Error as FilePipeline::run
 */
void write_labelled_video(const MediaInfo &media, const std::filesystem::path &results,
                          const std::filesystem::path &output,
                          const std::function<void(double)> &progress);

} // namespace fovea
