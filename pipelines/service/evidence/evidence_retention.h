// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "fovea/core/time.h"
#include "fovea/store/events/event_store.h"
#include "service/watch_config.h"

namespace fovea {

constexpr std::uintmax_t least_free_bytes = 500'000'000; ///< below it no clip is begun
constexpr std::uintmax_t wished_free_bytes =
    600'000'000; ///< where less is free, the oldest evidence goes

/** \brief How much evidence the disk has room for. \param held of it \param available beside it, both in bytes */
std::uintmax_t room_for_evidence(std::uintmax_t held, std::uintmax_t available);

struct EvidenceFile {
    std::filesystem::file_time_type time;
    std::uintmax_t bytes = 0;
    std::filesystem::path path;
};

/** \brief All files in \a folder and below, the newest first */
std::vector<EvidenceFile> evidence_in(const std::filesystem::path &folder);

/** \brief Takes the oldest out of the list, newest first, so that the others have at most \a bytes; no parts of clips */
std::vector<std::filesystem::path> take_oldest(std::vector<EvidenceFile> *files,
                                               std::uintmax_t bytes);

/** \brief Parts of clips that a killed process left; to be removed before another begins */
std::vector<std::filesystem::path> unfinished(const std::filesystem::path &folder);

/** \brief Removes a file, and its folders up to \a top where they are empty then; whatever fails is left \return whether the file is gone */
bool remove_evidence(const std::filesystem::path &file, const std::filesystem::path &top);

/**
 * \brief Removes what is older than `days`, by the store or else by its file, from the store too, and the oldest files beyond `gigabytes` and the disk's room
 * \param now UTC; none: no clock that can be trusted, nothing goes for its age \param folder holds the evidence
 * \return how many files went for want of room alone
 */
std::size_t apply_retention(const RecordingConfig &recording, std::optional<Nanoseconds> now,
                            EventStore *store, const std::filesystem::path &folder);

} // namespace fovea
