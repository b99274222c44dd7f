// SPDX-License-Identifier: MIT
#include "options/video_argument.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include "fovea/core/errors.h"
#include "fovea/core/text_file.h"

namespace fovea {

namespace {

/** \brief `rtsp` of `rtsp://host/path`, in small letters; empty: it is no address */
std::string scheme_of(const std::string &text)
{
    const std::size_t end = text.find("://");
    if (end == std::string::npos)
        return "";
    std::string scheme = text.substr(0, end);
    std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const bool is_word = std::all_of(scheme.begin(), scheme.end(),
                                     [](unsigned char c) { return std::isalnum(c) != 0; });
    return is_word ? scheme : "";
}

} // namespace

std::string video_path(const std::string &path_or_uri)
{
    const std::string scheme = scheme_of(path_or_uri);
    std::error_code none;
    if (scheme.empty() || std::filesystem::exists(path_or_uri, none))
        return path_or_uri;
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
                    "://..., expected a file; fetch it first, for example with: curl -LO ADDRESS");
}

} // namespace fovea
