// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fovea {

/**
 * \brief Whether an MP4 has a video track: GStreamer's reader takes one of less than a fifth of the
 * length of the sound for a preview picture and does not show it
 */
bool mp4_has_video_track(const std::filesystem::path &file);

/** \brief Whether an MP4 has no whole index, as one that was cut short before recorders write it, at the end, or in it */
bool mp4_lacks_index(const std::filesystem::path &file);

/** \brief Bytes that stand in place of a file's own */
struct FileBytes {
    std::uint64_t offset = 0; ///< from its begin
    std::string bytes;
    double left_out = 0; ///< of a duration, seconds: what of it is not shown
};

/**
 * \brief The duration of an MP4 that states more than five times that of its longest track, as that track's: so does a
 * part of a recording whose times go on from the parts before (ffmpeg -f segment). GStreamer's reader would leave
 * out its tracks, see mp4_has_video_track()
 * Likewise of one that states less than a track without edits lasts: GStreamer would end that track there
 * \return none where it states neither, is no MP4, or is one in fragments: those that its tracks do not state may follow
 */
std::optional<FileBytes> mp4_duration_of_tracks(const std::filesystem::path &file);

/**
 * \brief As mp4_duration_of_tracks(), and longer by what the edits of a track leave out before they begin, as in a part cut
 * out between key frames (ffmpeg -ss -c copy), or where it has none by when its first frame is shown. GStreamer 1.22's reader counts a track's times from its begin, and behind the
 * first key frame beyond the duration of the whole it ends: frames of the last seconds would be missing, or all
 */
std::optional<FileBytes> mp4_duration_with_edits(const std::filesystem::path &file);

/**
 * \brief The durations of an MP4's tracks without edits whose first frame is shown behind its decoding, longer by that:
 * GStreamer 1.22 ends those tracks as long before their last frame
 */
std::vector<FileBytes> mp4_durations_of_late_tracks(const std::filesystem::path &file);

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
