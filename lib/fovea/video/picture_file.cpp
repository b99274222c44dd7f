// SPDX-License-Identifier: MIT
#include "fovea/video/picture_file.h"

#include <array>
#include <cstdint>
#include <fstream>

namespace fovea {

namespace {

std::string read(std::istream *stream, std::size_t bytes)
{
    std::string text(bytes, '\0');
    stream->read(text.data(), static_cast<std::streamsize>(bytes));
    text.resize(static_cast<std::size_t>(stream->gcount()));
    return text;
}

/* Big endian, of few bytes */
std::uint32_t number(const std::string &bytes)
{
    std::uint32_t value = 0;
    for (const char c : bytes)
        value = value << 8U | static_cast<unsigned char>(c);
    return value;
}

/* Chunks behind the signature: 4 bytes of size, 4 of type, what they hold, 4 of checksum. Of an animation acTL stands
   before IDAT (PNG, third edition, 5.6) */
bool is_animated_png(std::istream *stream)
{
    constexpr std::size_t signature = 8;
    stream->seekg(signature);
    for (std::string head = read(stream, 8); head.size() == 8; head = read(stream, 8)) {
        if (head.compare(4, 4, "acTL") == 0)
            return true;
        if (head.compare(4, 4, "IDAT") == 0)
            return false;
        stream->seekg(static_cast<std::streamoff>(number(head.substr(0, 4))) + 4, std::ios::cur);
    }
    return false;
}

constexpr int start_of_picture = 0xD8; // ITU-T T.81, table B.1
constexpr int end_of_picture = 0xD9;
constexpr int start_of_scan = 0xDA;

/* The marker that comes next, behind the coded bits of a scan where there are; -1: the file ends */
int next_marker(std::istream *stream)
{
    for (int c = stream->get(); c != EOF; c = stream->get()) {
        if (c != 0xFF)
            continue;
        while (c == 0xFF) // may be filled up
            c = stream->get();
        const bool is_of_scan = c == 0 || (c >= 0xD0 && c < start_of_picture);
        if (!is_of_scan)
            return c;
    }
    return -1;
}

} // namespace

std::string animation_kind(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    const std::string head = read(&stream, 21);
    if (head.rfind("GIF8", 0) == 0)
        return "GIF";
    if (head.rfind("\x89PNG\r\n\x1A\n", 0) == 0 && is_animated_png(&stream))
        return "animated PNG";
    constexpr unsigned animated = 2; // a flag of the header (RFC 9649, 2.7)
    if (head.size() == 21 && head.rfind("RIFF", 0) == 0 && head.compare(8, 8, "WEBPVP8X") == 0 &&
        (static_cast<unsigned char>(head[20]) & animated) != 0)
        return "animated WebP";
    return "";
}

bool is_motion_jpeg(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    if (stream.get() != 0xFF || stream.get() != start_of_picture)
        return false;
    for (int marker = next_marker(&stream); marker != end_of_picture;
         marker = next_marker(&stream)) {
        const std::string length = read(&stream, 2); // of itself and what follows
        if (marker < 0 || length.size() < 2 || number(length) < 2)
            return false;
        if (marker == start_of_scan)
            continue; // next_marker() goes over it
        const std::string content = read(&stream, number(length) - 2);
        if (marker == 0xE2 && content.rfind(std::string("MPF\0", 4), 0) == 0)
            return false;
    }
    return stream.get() == 0xFF && stream.get() == start_of_picture;
}

} // namespace fovea
