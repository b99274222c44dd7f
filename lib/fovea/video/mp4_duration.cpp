// SPDX-License-Identifier: MIT
#include "fovea/video/mp4_duration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "fovea/core/stated_time.h"
#include "fovea/video/mp4_box.h"

namespace fovea {

namespace {

/** \brief What a box of type mvhd or mdhd says */
struct Mp4Duration {
    std::uint64_t offset = 0; ///< of the duration in the file
    std::size_t bytes = 0;    ///< that it takes
    double stated = 0;        ///< units
    double units = 0;         ///< a second

    double seconds() const { return units > 0 ? stated / units : 0; }
};

/* Both begin with version and flags, two dates, units a second and the duration: in version 0 dates and duration have 4
   bytes, else 8 */
Mp4Duration duration_in(std::ifstream *stream, const Mp4Box &box)
{
    std::array<char, 40> head{};
    stream->seekg(static_cast<std::streamoff>(box.start));
    stream->read(head.data(), head.size());
    stream->clear();
    const std::size_t bytes = head[8] == 0 ? 4 : 8;
    const std::size_t units = 12 + 2 * bytes;
    return {box.start + units + 4, bytes,
            static_cast<double>(big_endian(head.data() + units + 4, bytes)),
            static_cast<double>(big_endian(head.data() + units, 4))};
}

/* The latest time of a track, seconds, at which one of its edits begins. A list of them: version and flags, their number, of
   each the duration, that time or all ones, and its rate. In version 0 durations and times have 4 bytes, else 8 */
double latest_edit(std::ifstream *stream, const Mp4Box &edits, double units)
{
    double latest = 0;
    for (const Mp4Box &list : boxes_in(stream, edits, "elst")) {
        std::array<char, 20> part{};
        stream->seekg(static_cast<std::streamoff>(list.start));
        stream->read(part.data(), 16);
        const std::size_t bytes = part[8] == 0 ? 4 : 8;
        const std::uint64_t none = bytes == 4 ? UINT32_MAX : UINT64_MAX;
        const std::size_t length = 2 * bytes + 4;
        const std::uint64_t most = (list.end - list.start - 8) / length; // that it has room for
        for (auto left = std::min(big_endian(part.data() + 12, 4), most);
             left > 0 && stream->read(part.data(), static_cast<std::streamsize>(length)); --left)
            if (const auto time = big_endian(part.data() + bytes, bytes); time != none && units > 0)
                latest = std::max(latest, static_cast<double>(time) / units);
        stream->clear();
    }
    return latest;
}

/* When the first frame of a track is shown, seconds: behind its decoding, where others are decoded before they are shown.
   By version and flags, the number of parts, and of the first of them how many frames it is of and by how much these are
   shown later; in version 1 that may be less than 0 */
double first_shown(std::ifstream *stream, const Mp4Box &media, double units)
{
    Mp4Box inner = media;
    for (const char *type : {"minf", "stbl", "ctts"}) {
        const auto found = boxes_in(stream, inner, type);
        if (found.empty())
            return 0;
        inner = found.front();
    }
    std::array<char, 24> part{};
    stream->seekg(static_cast<std::streamoff>(inner.start));
    stream->read(part.data(), part.size());
    stream->clear();
    const auto later = big_endian(part.data() + 20, 4);
    const bool is_later = later <= INT32_MAX && inner.end - inner.start >= part.size();
    return is_later && units > 0 ? static_cast<double>(later) / units : 0;
}

/* None where that is stated already, or does not fit */
std::optional<FileBytes> bytes_of(const Mp4Duration &stated, double seconds)
{
    const double most = stated.bytes == 4 ? UINT32_MAX : longest_seconds * stated.units;
    const double wanted = std::ceil(seconds * stated.units);
    if (seconds == stated.seconds() || !(wanted < most))
        return std::nullopt;
    const auto units = static_cast<std::uint64_t>(wanted);
    FileBytes duration = {stated.offset, std::string(stated.bytes, '\0')};
    for (std::size_t i = 0; i < stated.bytes; ++i)
        duration.bytes[stated.bytes - 1 - i] = static_cast<char>(units >> (8 * i));
    return duration;
}

/** \brief What an MP4 says of its duration, and what of its tracks */
struct WholeDuration {
    Mp4Duration stated;
    double of_tracks = 0; ///< seconds: what is stated, or that of the longest where it is far less,
                          ///< or that of one without edits where it is more
    double left_out = 0;  ///< seconds of a track before an edit, or before its first frame, at most
    std::vector<FileBytes>
        late_tracks; ///< those without edits, longer by when their first frame is shown
};

/** \brief Of a track */
struct TrackDuration {
    Mp4Duration stated; ///< 0 s where it is not known
    bool has_edits = false;
    double left_out = 0; ///< seconds before an edit, or before its first frame where it has none
};

TrackDuration track_duration(std::ifstream *stream, const Mp4Box &track)
{
    TrackDuration read;
    for (const Mp4Box &media : boxes_in(stream, track, "mdia")) {
        for (const Mp4Box &box : boxes_in(stream, media, "mdhd"))
            if (const Mp4Duration said = duration_in(stream, box);
                said.stated < (said.bytes == 4 ? UINT32_MAX : 0x1p64)) // all ones: not known
                read.stated = said;
        read.left_out = first_shown(stream, media, read.stated.units);
    }
    const auto edits = boxes_in(stream, track, "edts");
    read.has_edits = !edits.empty();
    if (read.has_edits)
        read.left_out = 0;
    for (const Mp4Box &list : edits)
        read.left_out = std::max(read.left_out, latest_edit(stream, list, read.stated.units));
    return read;
}

/* None where the file is no MP4, or one in fragments */
std::optional<WholeDuration> whole_duration(const std::filesystem::path &file)
{
    constexpr double least_share = 0.2; // of a track that GStreamer shows
    std::ifstream stream(file, std::ios::binary);
    const auto first = box_at(&stream, 0);
    const auto index = mp4_index(&stream);
    if (!index || first->type != "ftyp")
        return std::nullopt;
    WholeDuration whole;
    double longest = 0;
    double plain = 0; // of those without edits
    for (const Mp4Box &track : boxes_in(&stream, *index, "trak")) {
        const TrackDuration read = track_duration(&stream, track);
        const double seconds = read.stated.seconds();
        longest = std::max(longest, seconds);
        whole.left_out = std::clamp(read.left_out, whole.left_out, longest);
        if (read.has_edits)
            continue;
        plain = std::max(plain, seconds);
        if (const auto bytes = bytes_of(read.stated, seconds + read.left_out))
            whole.late_tracks.push_back(*bytes);
    }
    const auto stated = boxes_in(&stream, *index, "mvhd");
    if (stated.empty() || longest <= 0 || !boxes_in(&stream, *index, "mvex").empty())
        return std::nullopt;
    whole.stated = duration_in(&stream, stated.front());
    const bool is_shown = longest >= least_share * whole.stated.seconds();
    whole.of_tracks = std::max(is_shown ? whole.stated.seconds() : longest, plain);
    return whole;
}

} // namespace

std::optional<FileBytes> mp4_duration_of_tracks(const std::filesystem::path &file)
{
    const auto whole = whole_duration(file);
    return whole ? bytes_of(whole->stated, whole->of_tracks) : std::nullopt;
}

Mp4Durations mp4_durations_for_frames(const std::filesystem::path &file)
{
    const auto whole = whole_duration(file);
    if (!whole)
        return {};
    Mp4Durations durations = {whole->late_tracks};
    if (const auto bytes = bytes_of(whole->stated, whole->of_tracks + whole->left_out)) {
        durations.bytes.push_back(*bytes);
        durations.left_out = whole->left_out;
    }
    return durations;
}

} // namespace fovea
