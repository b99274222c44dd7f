// SPDX-License-Identifier: MIT
#include "fovea/video/mp4_box.h"

#include <array>

namespace fovea {

std::uint64_t big_endian(const char *bytes, std::size_t count)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = value << 8U | static_cast<unsigned char>(bytes[i]);
    return value;
}

std::optional<Mp4Box> box_at(std::ifstream *stream, std::uint64_t start)
{
    constexpr std::uint64_t smallest = 8;
    std::array<char, 16> head{};
    if (start > to_the_end || !stream->seekg(static_cast<std::streamoff>(start)) ||
        !stream->read(head.data(), head.size()))
        return std::nullopt;
    std::uint64_t size = big_endian(head.data(), 4);
    if (size == 1)
        size = big_endian(head.data() + 8, 8);
    if (size == 0) // to the end of the file
        size = to_the_end;
    if (size < smallest || size > to_the_end)
        return std::nullopt;
    return Mp4Box{std::string(head.data() + 4, 4), start, start + size};
}

std::optional<Mp4Box> mp4_index(std::ifstream *stream)
{
    auto box = box_at(stream, 0);
    while (box && box->type != "moov")
        box = box_at(stream, box->end);
    return box;
}

std::vector<Mp4Box> boxes_in(std::ifstream *stream, const Mp4Box &outer, const std::string &type)
{
    constexpr std::uint64_t head = 8;
    std::vector<Mp4Box> found;
    for (auto box = box_at(stream, outer.start + head); box && box->start < outer.end;
         box = box_at(stream, box->end))
        if (box->type == type && box->end <= outer.end)
            found.push_back(*box);
    stream->clear(); // of the end of the file
    return found;
}

} // namespace fovea
