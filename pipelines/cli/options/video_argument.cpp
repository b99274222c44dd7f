// SPDX-License-Identifier: MIT
#include "options/video_argument.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string_view>

#include "fovea/core/errors.h"
#include "fovea/core/mapped_file.h"
#include "fovea/core/text_file.h"
#include "fovea/store/web_video.h"

namespace fovea {

namespace {

/** \brief `rtsp` of `rtsp://host/path`, in small letters; empty: it is no address */
std::string address_scheme(const std::string &text)
{
    const std::size_t end = text.find("://");
    if (end == std::string::npos)
        return "";
    const std::string scheme = lowered(text.substr(0, end));
    const bool is_word = std::all_of(scheme.begin(), scheme.end(),
                                     [](unsigned char c) { return std::isalnum(c) != 0; });
    return is_word ? scheme : "";
}

std::string bytes_of(const std::string &list)
{
    if (list == "-")
        return {std::istreambuf_iterator<char>(std::cin), {}};
    return std::string(MappedFile(list, "list").bytes());
}

/** \brief Whether a file is called so, which no zero byte is in */
bool is_there(const std::filesystem::path &file)
{
    std::error_code none;
    return file.string().find('\0') == std::string::npos && std::filesystem::exists(file, none);
}

/** \brief The lines of a list without outer blanks, or what ends in zero bytes as it is \throw Error as read_lines() */
std::vector<std::string> lines_of(const std::string &list, const std::filesystem::path &folder)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    std::string text = bytes_of(list);
    if (text.compare(0, byte_order_mark.size(), byte_order_mark) == 0)
        text.erase(0, byte_order_mark.size());
    const std::string start = text.substr(0, 2);
    if (list != "-" && (start == "\xFF\xFE" || start == "\xFE\xFF"))
        return read_lines(list, "list"); // which says what is wrong
    const bool has_zeros = !text.empty() && text.back() == '\0';
    std::istringstream stream(text);
    std::vector<std::string> lines;
    while (true) {
        std::string line;
        if (!std::getline(stream, line, has_zeros ? '\0' : '\n'))
            return lines;
        lines.push_back(has_zeros ? line : trimmed(line));
        const std::string fault = has_zeros ? "" : fault_of_line(lines.back());
        if (!fault.empty() && !is_there(folder / lines.back()))
            throw Error(Error::Kind::Settings,
                        "list '" + list + "': line " + std::to_string(lines.size()) + fault);
    }
}

} // namespace

std::string video_path(const std::string &path_or_uri)
{
    const std::string scheme = address_scheme(path_or_uri);
    std::error_code none;
    if (scheme.empty() || std::filesystem::exists(path_or_uri, none))
        return path_or_uri;
    if (is_web_video(path_or_uri))
        return web_video(path_or_uri).string();
    if (scheme == "file")
        return local_path(path_or_uri).string();

    // Not the whole address: it may hold a password
    constexpr std::array live = {"rtsp", "rtsps", "rtspt", "rtspu", "rtp",
                                 "rtmp", "srt",   "udp",   "tcp",   "v4l2"};
    if (std::find(live.begin(), live.end(), scheme) != live.end())
        throw Error(Error::Kind::Settings, "VIDEO is the address of a live stream, " + scheme +
                                               "://..., which has no end; expected a file. Live "
                                               "labels: pipelines/live.sh ADDRESS, or the live "
                                               "gst-launch-1.0 line in README");
    throw Error(Error::Kind::Settings,
                "VIDEO is an address, " + scheme +
                    "://..., expected a file, or http:// or https://; fetch it first");
}

std::vector<std::filesystem::path> listed_videos(const std::string &list)
{
    const std::filesystem::path folder =
        list == "-" ? "" : std::filesystem::path(list).parent_path();
    const std::vector<std::string> lines = lines_of(list, folder);
    std::vector<std::filesystem::path> videos;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].empty())
            continue;
        try {
            const std::filesystem::path video = video_path(lines[i]);
            videos.push_back(
                is_web_video(video.string()) ? video : folder / video); // a whole path stays itself
        } catch (const Error &error) {
            throw Error(error.kind(),
                        "list '" + list + "', line " + std::to_string(i + 1) + ": " + error.what());
        }
    }
    if (videos.empty())
        throw Error(Error::Kind::Settings,
                    "list '" + list + "': no video is in it; expected a path a line");
    return videos;
}

} // namespace fovea
