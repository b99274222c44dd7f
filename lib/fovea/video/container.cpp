// SPDX-License-Identifier: MIT
#include "fovea/video/container.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

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
    std::error_code error;
    const std::uint64_t length = std::filesystem::file_size(file, error);
    std::ifstream stream(file, std::ios::binary);
    const auto box = mp4_index(&stream);
    if (!box)
        return false;
    const std::uint64_t end = std::min(box->end, length); // which a damaged file may not have
    const std::string index =
        read_at(&stream, box->start, std::min(end - box->start, longest_index));
    for (auto at = index.find("hdlr"); at != std::string::npos; at = index.find("hdlr", at + 1))
        if (index.compare(std::min(at + 12, index.size()), 4, "vide") == 0)
            return true;
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
