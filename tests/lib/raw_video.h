// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "fovea/core/image.h"

namespace fovea::test {

/** \brief The folder of real clips and networks, empty where the tests have none */
inline std::filesystem::path shared_data()
{
    const char *folder = std::getenv("FOVEA_SHARED");
    if (folder == nullptr || !std::filesystem::is_directory(folder))
        return {};
    return std::filesystem::path(folder) / "data";
}

/** \brief Frames 0, \a every, 2 * every... of a video, stretched to \a size; none when it fails */
inline std::vector<RgbImage> read_frames(const std::filesystem::path &video, ImageSize size,
                                         int every)
{
    const std::string command = "gst-launch-1.0 -q filesrc location='" + video.string() +
                                "' ! decodebin ! videoconvert ! videoscale ! "
                                "video/x-raw,format=RGB,width=" +
                                std::to_string(size.width) +
                                ",height=" + std::to_string(size.height) + " ! fdsink fd=1";
    std::vector<RgbImage> frames;
    std::FILE *pipe = popen(command.c_str(), "r");
    if (pipe == nullptr)
        return frames;
    // Raw RGB rows are padded to 4 bytes
    const std::size_t row = static_cast<std::size_t>(3) * size.width;
    const std::size_t stride = (row + 3) / 4 * 4;
    std::vector<std::uint8_t> raw(stride * size.height);
    for (int i = 0; std::fread(raw.data(), 1, raw.size(), pipe) == raw.size(); ++i) {
        if (i % every != 0)
            continue;
        RgbImage frame = {size, {}};
        for (int y = 0; y < size.height; ++y)
            frame.pixels.insert(frame.pixels.end(), &raw[y * stride], &raw[y * stride] + row);
        frames.push_back(std::move(frame));
    }
    pclose(pipe);
    return frames;
}

} // namespace fovea::test
