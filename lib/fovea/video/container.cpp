// SPDX-License-Identifier: MIT
#include "fovea/video/container.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "fovea/core/stated_time.h"
#include "fovea/video/mp4_box.h"

namespace fovea {

namespace {

std::uint64_t little_endian(const char *bytes, std::size_t count)
{
    std::uint64_t value = 0;
    while (count-- > 0)
        value = value << 8U | static_cast<unsigned char>(bytes[count]);
    return value;
}

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
std::optional<FileBytes> bytes_of(const Mp4Duration &stated, double seconds, double left_out = 0)
{
    const double most = stated.bytes == 4 ? UINT32_MAX : longest_seconds * stated.units;
    const double wanted = std::ceil((seconds + left_out) * stated.units);
    if (seconds + left_out == stated.seconds() || !(wanted < most))
        return std::nullopt;
    const auto units = static_cast<std::uint64_t>(wanted);
    FileBytes duration = {stated.offset, std::string(stated.bytes, '\0'), left_out};
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
    std::vector<FileBytes> late_tracks; ///< as mp4_durations_of_late_tracks()
};

/* None where the file is no MP4, or one in fragments */
std::optional<WholeDuration> whole_duration(std::ifstream *stream)
{
    constexpr double least_share = 0.2; // of a track that GStreamer shows
    auto index = box_at(stream, 0);
    if (!index || index->type != "ftyp")
        return std::nullopt;
    while (index && index->type != "moov")
        index = box_at(stream, index->end);
    if (!index)
        return std::nullopt;
    WholeDuration whole;
    double longest = 0;
    double plain = 0; // of those without edits
    for (const Mp4Box &track : boxes_in(stream, *index, "trak")) {
        Mp4Duration duration;
        double first = 0;
        for (const Mp4Box &media : boxes_in(stream, track, "mdia")) {
            for (const Mp4Box &box : boxes_in(stream, media, "mdhd"))
                if (const Mp4Duration said = duration_in(stream, box);
                    said.stated < (said.bytes == 4 ? UINT32_MAX : 0x1p64)) // all ones: not known
                    duration = said;
            longest = std::max(longest, duration.seconds());
            first = first_shown(stream, media, duration.units);
        }
        const auto edits = boxes_in(stream, track, "edts");
        for (const Mp4Box &list : edits)
            whole.left_out =
                std::clamp(latest_edit(stream, list, duration.units), whole.left_out, longest);
        if (!edits.empty())
            continue;
        whole.left_out = std::clamp(first, whole.left_out, longest);
        plain = std::max(plain, duration.seconds());
        if (const auto bytes = bytes_of(duration, duration.seconds(), first))
            whole.late_tracks.push_back(*bytes);
    }
    const auto stated = boxes_in(stream, *index, "mvhd");
    if (stated.empty() || longest <= 0 || !boxes_in(stream, *index, "mvex").empty())
        return std::nullopt;
    whole.stated = duration_in(stream, stated.front());
    const bool is_shown = longest >= least_share * whole.stated.seconds();
    whole.of_tracks = std::max(is_shown ? whole.stated.seconds() : longest, plain);
    return whole;
}

/* Each begins with a byte of 47 (ISO 13818-1, 2.4.3.2). Cameras and discs write four bytes of time before it, broadcasts
   16 of correction behind */
bool ends_within_a_packet(std::ifstream *stream, std::uint64_t length)
{
    struct Packets {
        std::uint64_t bytes;
        std::uint64_t before; ///< of them
    };

    constexpr std::array forms = {Packets{188, 0}, Packets{192, 4}, Packets{204, 0}};
    constexpr std::uint64_t few = 4; // that are looked at from the begin on
    constexpr char sync = 0x47;
    for (const Packets &packets : forms) {
        const std::uint64_t whole = length / packets.bytes;
        const auto is_packet = [&](std::uint64_t number) {
            const std::uint64_t at = number * packets.bytes + packets.before;
            stream->clear();
            stream->seekg(static_cast<std::streamoff>(at));
            return at >= length || stream->get() == sync;
        };
        bool all = whole >= few && is_packet(whole - 1) && is_packet(whole);
        for (std::uint64_t number = 0; number < few; ++number)
            all = all && is_packet(number);
        if (all)
            return length % packets.bytes > 0;
    }
    return false;
}

/* Less where the file ends */
std::string read_at(std::ifstream *stream, std::uint64_t at, std::size_t length)
{
    std::string bytes(length, '\0');
    stream->clear();
    stream->seekg(static_cast<std::streamoff>(std::min(at, to_the_end)));
    stream->read(bytes.data(), static_cast<std::streamsize>(length));
    bytes.resize(static_cast<std::size_t>(stream->gcount()));
    return bytes;
}

constexpr const char *ebml_type = "\x1A\x45\xDF\xA3"; // RFC 8794, 11.2.1

/* Of an element of Matroska: 4 bytes of type, then its size in as many bytes as the first has leading zeros, and one; all
   ones: not known. None: it is not of that type, or does not say where it ends */
std::optional<std::uint64_t> ebml_end(std::ifstream *stream, std::uint64_t at, const char *type)
{
    const std::string head = read_at(stream, at, 12);
    if (head.size() < 12 || head.compare(0, 4, type) != 0 || head[4] == 0)
        return std::nullopt;
    std::size_t length = 1;
    while ((static_cast<unsigned char>(head[4]) << length & 0x100) == 0)
        ++length;
    const std::uint64_t most = (std::uint64_t{1} << (7 * length)) - 1;
    const std::uint64_t size = big_endian(head.data() + 4, length) & most;
    if (size == most || size > to_the_end)
        return std::nullopt;
    return at + 4 + length + size;
}

std::optional<std::uint64_t> mp4_behind(std::ifstream *stream)
{
    bool has_index = false;
    for (auto box = box_at(stream, 0); box; box = box_at(stream, box->end)) {
        if (box->type == "moof") // the next one's are read
            return std::nullopt;
        if (box->type == "ftyp" && has_index)
            return box->start;
        has_index |= box->type == "moov";
    }
    return std::nullopt;
}

std::optional<std::uint64_t> avi_behind(std::ifstream *stream)
{
    constexpr std::size_t head = 12;
    std::uint64_t at = 0;
    for (std::string part = read_at(stream, at, head);
         part.size() == head && part.compare(0, 4, "RIFF") == 0; part = read_at(stream, at, head)) {
        if (at > 0 && part.substr(8) == "AVI ")
            return at;
        const std::uint64_t size = little_endian(part.data() + 4, 4);
        at += 8 + size + size % 2;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> matroska_behind(std::ifstream *stream)
{
    const auto header = ebml_end(stream, 0, ebml_type);
    const auto end = header ? ebml_end(stream, *header, "\x18\x53\x80\x67") : std::nullopt;
    return end && read_at(stream, *end, 4) == ebml_type ? end : std::nullopt;
}

} // namespace

bool mp4_has_video_track(const std::filesystem::path &file)
{
    constexpr std::uint64_t longest_index = 64U << 20U;
    std::ifstream stream(file, std::ios::binary);
    for (auto box = box_at(&stream, 0); box; box = box_at(&stream, box->end)) {
        if (box->type != "moov")
            continue;
        std::string index(std::min(box->end - box->start, longest_index), '\0');
        stream.seekg(static_cast<std::streamoff>(box->start));
        stream.read(index.data(), static_cast<std::streamsize>(index.size()));
        for (auto at = index.find("hdlr"); at != std::string::npos; at = index.find("hdlr", at + 1))
            if (index.compare(std::min(at + 12, index.size()), 4, "vide") == 0)
                return true;
        return false;
    }
    return false;
}

bool mp4_lacks_index(const std::filesystem::path &file)
{
    std::error_code error;
    const auto length = std::filesystem::file_size(file, error);
    std::ifstream stream(file, std::ios::binary);
    auto box = box_at(&stream, 0);
    if (!box || box->type != "ftyp")
        return false;
    for (; box; box = box_at(&stream, box->end))
        if (box->type == "moov" || box->type == "meta") // of a picture
            return box->end > length && box->end - box->start < to_the_end;
    return true;
}

std::optional<FileBytes> mp4_duration_of_tracks(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    const auto whole = whole_duration(&stream);
    return whole ? bytes_of(whole->stated, whole->of_tracks) : std::nullopt;
}

std::optional<FileBytes> mp4_duration_with_edits(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    const auto whole = whole_duration(&stream);
    return whole ? bytes_of(whole->stated, whole->of_tracks, whole->left_out) : std::nullopt;
}

std::vector<FileBytes> mp4_durations_of_late_tracks(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    const auto whole = whole_duration(&stream);
    return whole ? whole->late_tracks : std::vector<FileBytes>();
}

bool matroska_lacks_clusters(const std::filesystem::path &file)
{
    constexpr std::uint32_t ebml = 0x1A45DFA3;    // RFC 8794, 11.2.1
    constexpr std::uint32_t cluster = 0x1F43B675; // RFC 9559, 5.1.3
    std::ifstream stream(file, std::ios::binary);
    std::uint32_t last = 0;
    std::uint64_t count = 0;
    for (char c = 0; last != cluster && stream.get(c);) {
        last = last << 8U | static_cast<unsigned char>(c);
        if (++count == 4 && last != ebml)
            return false;
    }
    return count >= 4 && last != cluster;
}

/* Chunks (AVI RIFF File Reference): 4 bytes of type, 4 of size, what they hold, to an even number. Those of a track are
   called by its number and what it is: 01wb is sound */
bool avi_lacks_frames(const std::filesystem::path &file)
{
    constexpr std::size_t list_head = 12; // of a list, whose chunks follow, or the start of a chunk
    std::ifstream stream(file, std::ios::binary);
    std::array<char, list_head> head{};
    const std::string_view type(head.data(), 4);
    const std::string_view kind(head.data() + 8, 4);
    if (!stream.read(head.data(), head.size()) || type != "RIFF" || kind != "AVI ")
        return false;
    const auto length = std::filesystem::file_size(file);
    bool has_video = false;
    for (std::uint64_t at = list_head; stream.read(head.data(), head.size());
         stream.seekg(static_cast<std::streamoff>(at))) {
        if (type == "LIST" || type == "RIFF") {
            at += list_head;
            continue;
        }
        const auto is_text = [](unsigned char c) { return std::isprint(c) != 0; };
        if (!std::all_of(type.begin(), type.end(), is_text))
            return false; // damaged: who reads it may find more
        const std::uint64_t size = little_endian(head.data() + 4, 4);
        const bool is_of_track = std::isdigit(static_cast<unsigned char>(type[0])) != 0;
        if (is_of_track && type.substr(2) != "wb" && at + 8 + size <= length)
            return false;
        has_video |= type == "strh" && kind == "vids";
        at += 8 + size + size % 2;
    }
    return has_video;
}

std::optional<std::uint64_t> another_file_behind(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    const auto box = box_at(&stream, 0);
    return box && box->type == "ftyp"         ? mp4_behind(&stream)
           : read_at(&stream, 0, 4) == "RIFF" ? avi_behind(&stream)
                                              : matroska_behind(&stream);
}

bool ends_within_a_part(const std::filesystem::path &file)
{
    constexpr std::uint64_t head = 8; // type and size
    std::error_code error;
    const auto length = std::filesystem::file_size(file, error);
    std::ifstream stream(file, std::ios::binary);
    auto box = box_at(&stream, 0);
    if (box && box->type == "ftyp") {
        for (; box; box = box_at(&stream, box->end))
            if (box->end > length) // of other types: what some cameras write behind the boxes
                return (box->type == "mdat" || box->type == "moof") &&
                       box->end - box->start < to_the_end;
        return false;
    }
    if (ends_within_a_packet(&stream, length))
        return true;
    // an AVI of more than a gigabyte has several of these in a row
    std::array<char, head> part{};
    stream.clear();
    for (std::uint64_t at = 0; at < length;) {
        stream.seekg(static_cast<std::streamoff>(at));
        if (!stream.read(part.data(), head) || std::string_view(part.data(), 4) != "RIFF")
            return false;
        const std::uint64_t size = little_endian(part.data() + 4, 4);
        at += head + size + size % 2;
        if (at > length + 1) // some leave out the last byte that makes it even
            return true;
    }
    return false;
}

} // namespace fovea
