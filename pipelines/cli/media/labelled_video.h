// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "media/media_info.h"

namespace fovea {

/**
 * \brief The second decode: the video with what was seen drawn on it, its sound kept, as MP4
 * \throw Error as FilePipeline::run
 */
void write_labelled_video(const MediaInfo &media, const std::filesystem::path &results,
                          const std::filesystem::path &output,
                          const std::function<void(double)> &progress);

/** \brief What a summary is made by */
struct SummaryRule {
    double ratio = 0.25; ///< share of the video kept at most
    std::string normal;  ///< the label that is no event; empty: each is one
};

/**
 * \brief Another decode: the salient stretches of the video alone, their sound kept, as MP4
 * \return false where nothing is salient: \a output is then of no use
 * \throw Error as FilePipeline::run
 */
bool write_summary_video(const MediaInfo &media, const std::filesystem::path &results,
                         const SummaryRule &rule, const std::filesystem::path &output,
                         const std::function<void(double)> &progress);

} // namespace fovea
