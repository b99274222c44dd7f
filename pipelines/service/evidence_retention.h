// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "fovea/core/time.h"
#include "fovea/store/event_store.h"
#include "service/watch_config.h"

namespace fovea {

/** \brief The oldest files in \a folder and below that are to go, so that the others have at most \a bytes */
std::vector<std::filesystem::path> oldest_beyond(const std::filesystem::path &folder,
                                                 std::uintmax_t bytes);

/** \brief Parts of clips that a killed process left; to be removed before another begins */
std::vector<std::filesystem::path> unfinished(const std::filesystem::path &folder);

/** \brief Removes a file, and its folders up to \a top where they are empty then; whatever fails is left */
void remove_evidence(const std::filesystem::path &file, const std::filesystem::path &top);

/**
 * \brief Removes what is older than `days`, from the store too, and then the oldest files beyond `gigabytes`
 * \param now UTC \param folder holds the evidence
 */
void apply_retention(const RecordingConfig &recording, Nanoseconds now, EventStore *store,
                     const std::filesystem::path &folder);

} // namespace fovea
