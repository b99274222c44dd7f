// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace fovea {

/**
 * \brief Whether an MP4 has a video track: GStreamer's reader takes one of less than a fifth of the
 * length of the sound for a preview picture and does not show it
 */
bool mp4_has_video_track(const std::filesystem::path &file);

/** \brief Whether an MP4 has no whole index, as one that was cut short before recorders write it, at the end, or in it */
bool mp4_lacks_index(const std::filesystem::path &file);

/** \brief Whether a Matroska or WebM file ends before its first cluster, in its header: it has no frame */
bool matroska_lacks_clusters(const std::filesystem::path &file);

/** \brief Whether an AVI whose header states a picture track holds no whole picture: it is cut short, or was made so */
bool avi_lacks_frames(const std::filesystem::path &file);

/**
 * \brief Where in a Matroska, AVI or MP4 another one begins, as cat joins them: GStreamer reads the first alone
 * \return bytes from the begin; none where there is no other, or where it is read too
 */
std::optional<std::uint64_t> another_file_behind(const std::filesystem::path &file);

/**
 * \brief Whether an AVI or MP4 ends within a part that is to be longer, by its own word, or a transport stream within a packet: it is
 * cut short
 */
bool ends_within_a_part(const std::filesystem::path &file);

} // namespace fovea
