// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "fovea/core/array.h"
#include "fovea/core/geometry.h"
#include "fovea/core/persons_seen.h"
#include "fovea/core/time.h"

namespace fovea {

/** \brief The feature rows of one video, as trained on: `VIDEO-ID.pt` */
struct FeatureFile {
    Array features; ///< float [R, T', C]
    Array mirrored; ///< the same of the video with left and right exchanged; no values: not made
    std::vector<Box> boxes;           ///< [R], normalised to the frame
    std::string regions;              ///< in words (region_choice.h); empty: not said
    std::vector<TimeSpan> times;      ///< [T']
    std::vector<std::int64_t> jumps;  ///< rows that the stream jumped before, ascending
    std::vector<PersonsSeen> persons; ///< [T'], of the clip of each; empty: nobody looked
    std::string video_id;
    std::string label;                  ///< empty: not labelled
    std::int64_t frames = 0;            ///< frames of the video
    double fps = 0;                     ///< frames a second; 0: not known
    std::string bundle;                 ///< name of the bundle
    std::string bundle_sha256;          ///< of the backbone's weights
    std::int64_t attended_channels = 0; ///< of C, the last ones: of a second network; 0: none
    std::string attended;               ///< name of its bundle
    std::string attended_sha256;        ///< of its weights
};

/** \brief s, of the video: its frames at its rate; where that is not known, the end of its last row */
double duration_of(const FeatureFile &file);

/** \brief Whose rows they are: the SHA-256 of the weights, where that is not known the bundle's name */
std::string networks_in_words(const FeatureFile &file);

/**
 * \brief Write under a temporary name beside \a file, then rename: never a half-written file
 * \throw Error CannotWrite with the cause (disk full, no permission), Settings when shapes disagree
 */
void write_feature_file(const std::filesystem::path &file, const FeatureFile &features);

/** \throw Error NotFound, or Settings when it is truncated or an entry is missing or misshapen */
FeatureFile read_feature_file(const std::filesystem::path &file);

} // namespace fovea
