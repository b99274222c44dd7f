// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fovea {

/** \brief Bytes that stand in place of a file's own */
struct FileBytes {
    std::uint64_t offset = 0; ///< from its begin
    std::string bytes;
};

/**
 * \brief The duration of an MP4 that states more than five times that of its longest track, as that track's: so does a
 * part of a recording whose times go on from the parts before (ffmpeg -f segment). GStreamer's reader would leave
 * out its tracks, see mp4_has_video_track()
 * Likewise of one that states less than a track without edits lasts: GStreamer would end that track there
 * \return none where it states neither, is no MP4, or is one in fragments: those that its tracks do not state may follow
 */
std::optional<FileBytes> mp4_duration_of_tracks(const std::filesystem::path &file);

/** \brief Durations with which GStreamer 1.22 reads every frame of an MP4 */
struct Mp4Durations {
    std::vector<FileBytes> bytes; ///< none where it does with those that are stated
    double left_out = 0;          ///< of the file's, seconds that are not shown
};

/**
 * \brief As mp4_duration_of_tracks(), and longer by what the edits of a track leave out before they begin, as in a part cut
 * out between key frames (ffmpeg -ss -c copy), or where it has none by when its first frame is shown. GStreamer 1.22's reader
 * counts a track's times from its begin, and behind the first key frame beyond the duration of the whole it ends: frames of
 * the last seconds would be missing, or all
 * With it those of tracks without edits whose first frame is shown behind its decoding, longer by that: these tracks end as
 * long before their last frame
 */
Mp4Durations mp4_durations_for_frames(const std::filesystem::path &file);

} // namespace fovea
