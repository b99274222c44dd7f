// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "fovea/bundle/bundle.h"

namespace fovea {

/** \brief A file that a card names, and where it is */
struct FoundFile {
    CardFile file;
    std::filesystem::path path; ///< empty: it is not there, or is another than the card says
    std::string fault;          ///< what is wrong with it, for a user; empty: nothing
};

/** \brief The files of a bundle, each checked against its SHA-256 */
std::vector<FoundFile> verified_files(const Bundle &bundle);

/**
 * \brief The bundle, behind those that it takes its parts from: models of a combination, a model
 * that is attended to
 * \throw Error as Bundle::open_part, Bundle::attended
 */
std::vector<Bundle> with_parts(const Bundle &bundle);

struct FetchOptions {
    std::filesystem::path
        from; ///< folder to copy the files from; empty: they are downloaded (curl)
    bool shows_progress = false; ///< curl draws a bar on stderr
};

/**
 * \brief Brings the missing files of a bundle into its cache, each checked before it gets its name; its
 * anchors too, where they have an address or are in FetchOptions::from
 * \param told of each file once it is good, and whether it was so before
 * \throw Error NotFound when a file has no known source, is not in FetchOptions::from, or cannot be
 * downloaded; Settings when its SHA-256 is wrong, or without one its address is not of https;
 * CannotWrite; Init without curl
 */
void fetch_files(const Bundle &bundle, const FetchOptions &options,
                 const std::function<void(const CardFile &, bool was_there)> &told);

} // namespace fovea
