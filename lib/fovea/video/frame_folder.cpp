// SPDX-License-Identifier: MIT
#include "fovea/video/frame_folder.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "fovea/core/stated_time.h"

namespace fovea {

namespace {

/** \brief "img_00017.jpg": what stands before the number, the number, what stands behind it */
struct FrameName {
    std::string before;
    std::string digits;
    std::string behind;
};

std::optional<FrameName> frame_name(const std::string &name)
{
    constexpr std::size_t most_digits = 9;
    const auto dot = name.rfind('.');
    if (dot == std::string::npos || dot == 0)
        return std::nullopt;
    const std::string ending = name.substr(dot);
    const auto last_other = name.find_last_not_of("0123456789", dot - 1);
    const std::size_t first = last_other == std::string::npos ? 0 : last_other + 1;
    const bool is_jpeg = ending == ".jpg" || ending == ".jpeg" || ending == ".JPG";
    if (!is_jpeg || first == dot || dot - first > most_digits)
        return std::nullopt;
    return FrameName{name.substr(0, first), name.substr(first, dot - first), ending};
}

double stated_fps(const std::filesystem::path &folder)
{
    constexpr double least = 0.001; // GStreamer is told it in thousandths
    for (const auto &where : {folder, std::filesystem::absolute(folder).parent_path()}) {
        std::ifstream file(where / "fps");
        if (double fps = 0; file >> fps && fps >= least && fps <= 1000)
            return fps;
    }
    return assumed_fps;
}

} // namespace

std::optional<FrameFolder> frame_folder(const std::filesystem::path &folder)
{
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error))
        return std::nullopt;
    std::set<std::string> names;
    for (const auto &entry : std::filesystem::directory_iterator(folder, error)) {
        if (frame_name(entry.path().filename().string()))
            names.insert(entry.path().filename().string());
    }
    if (names.empty())
        return std::nullopt;

    const FrameName first = *frame_name(*names.begin());
    FrameFolder frames;
    std::string before;
    for (const char c : first.before) // printf reads it
        before += c == '%' ? "%%" : std::string(1, c);
    frames.pattern = before + "%0" + std::to_string(first.digits.size()) + "d" + first.behind;
    frames.first = std::stoi(first.digits);
    for (std::int64_t number = frames.first;; ++number) {
        const std::string digits = std::to_string(number);
        const std::size_t zeros =
            first.digits.size() - std::min(first.digits.size(), digits.size());
        if (names.count(first.before + std::string(zeros, '0') + digits + first.behind) == 0)
            break;
        ++frames.frames;
    }
    frames.left_out = names.size() - static_cast<std::size_t>(frames.frames);
    frames.fps = stated_fps(folder);
    return frames;
}

} // namespace fovea
