// SPDX-License-Identifier: MIT
#include "fovea/video/container.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace fovea {

bool is_gif(const std::filesystem::path &file)
{
    std::array<char, 4> magic{};
    std::ifstream stream(file, std::ios::binary);
    return stream.read(magic.data(), magic.size()) &&
           std::string_view(magic.data(), magic.size()) == "GIF8";
}

/* ISO 14496-12: boxes of size, type, content. */
bool mp4_has_video_track(const std::filesystem::path &file)
{
    constexpr std::uint64_t longest_index = 64U << 20U;
    constexpr std::uint64_t smallest_box = 8;
    std::ifstream stream(file, std::ios::binary);
    std::array<unsigned char, 16> head{};
    const auto number = [&](std::size_t first, std::size_t bytes) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i)
            value = value << 8U | head.at(first + i);
        return value;
    };
    for (std::uint64_t at = 0; stream.seekg(static_cast<std::streamoff>(at)) &&
                               stream.read(reinterpret_cast<char *>(head.data()), head.size());) {
        const std::uint64_t size = number(0, 4) == 1 ? number(8, 8) : number(0, 4);
        if (size < smallest_box || size > std::uint64_t{1} << 62U)
            return false;
        if (number(4, 4) != 0x6d6f6f76) { // moov
            at += size;
            continue;
        }
        std::string index(std::min(size, longest_index), '\0');
        stream.seekg(static_cast<std::streamoff>(at));
        stream.read(index.data(), static_cast<std::streamsize>(index.size()));
        for (auto box = index.find("hdlr"); box != std::string::npos;
             box = index.find("hdlr", box + 1))
            if (index.compare(std::min(box + 12, index.size()), 4, "vide") == 0)
                return true;
        return false;
    }
    return false;
}

} // namespace fovea
