// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "fovea/core/json.h"
#include "fovea/store/work/shard.h"
#include "fovea/train/lists/clip_list.h"

namespace fovea {

/**
 * \brief The feature files of one share of a list, as they lie in a folder beside part-INDEX-of-COUNT.json
 *
 * That record is written when the share is done, so that it tells a whole part from one that is being made.
 */
struct FeaturePart {
    Shard shard;
    Json made_with; ///< the model, and the settings that count: alike in the parts of one whole
    std::map<std::string, std::string>
        videos; ///< by name_below() the list's root: the file's name without .pt
};

/** \brief Where the record of a share stands */
std::filesystem::path part_file(const std::filesystem::path &folder, const Shard &shard);

/** \throw Error CannotWrite */
void write_part(const std::filesystem::path &folder, const FeaturePart &part);

/** \brief What came of a merge, by video */
struct MergedParts {
    std::vector<std::filesystem::path> failed; ///< their part could not extract them
    std::vector<std::filesystem::path>
        unknown; ///< no part has them: they did not open, or are new in the list
};

/**
 * \brief The feature files of all parts in one folder, named as \a videos says: as if they were extracted there
 *
 * Files are linked where that is possible, else copied.
 * \param folders of the parts, in any order \param videos of the list, each once \param root of the list
 * \param made_with as of the parts; their detector, pose and precision need not be that of this machine
 * \throw Error NotFound where a folder holds no part, or a share is in none (which); Settings where parts were made
 * otherwise than expected, or are of other counts of shares, or \a to is one; CannotWrite
 */
MergedParts merge_parts(const std::vector<std::filesystem::path> &folders,
                        const std::vector<ListedClip> &videos, const std::filesystem::path &root,
                        const Json &made_with, const std::filesystem::path &to);

} // namespace fovea
