// SPDX-License-Identifier: MIT
#include "fovea/store/web_video.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <map>
#include <mutex>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/text_file.h"
#include "fovea/store/shard.h"

namespace fovea {

namespace {

constexpr std::array schemes = {"http://", "https://"};
constexpr std::size_t longest_stem =
    100; // bytes; file systems end at 255, and names are made longer
constexpr std::size_t longest_ending = 10;

/** The whole addresses by path */
struct Addresses {
    std::mutex mutex; ///< guards what follows
    std::map<std::string, std::string> whole;
};

Addresses &addresses()
{
    static Addresses all;
    return all;
}

/** \brief "https://" where the text begins so; else empty */
std::string scheme_of(const std::string &text)
{
    for (const std::string scheme : schemes) {
        std::string start = text.substr(0, scheme.size());
        std::transform(start.begin(), start.end(), start.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (start == scheme)
            return scheme;
    }
    return "";
}

} // namespace

bool is_web_video(const std::string &text)
{
    return !scheme_of(text).empty();
}

std::filesystem::path web_video(const std::string &address)
{
    const std::string scheme = scheme_of(address);
    std::string rest = address.substr(scheme.size());
    rest = rest.substr(0, rest.find_first_of("?#"));
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const std::size_t user = rest.rfind('@', slash);
    if (user != std::string::npos && user < slash)
        rest = rest.substr(user + 1);
    const std::string path = scheme + rest;
    if (rest.empty() || rest.front() == '/' || rest.front() == ':')
        throw Error(Error::Kind::Settings,
                    "'" + path + "': has no host, expected an address as https://host/video.mp4");
    Addresses &all = addresses();
    const std::lock_guard lock(all.mutex);
    const auto [kept, is_new] = all.whole.emplace(path, address);
    if (!is_new && kept->second != address)
        throw Error(Error::Kind::Settings,
                    "'" + path +
                        "?...': is named with two queries, expected one: what stands behind "
                        "the ? is taken for a signature, and tells no videos apart");
    return path;
}

std::string whole_address(const std::filesystem::path &video)
{
    Addresses &all = addresses();
    const std::lock_guard lock(all.mutex);
    return all.whole.at(video.string());
}

std::filesystem::path file_name_of(const std::filesystem::path &video)
{
    if (!is_web_video(video.string()))
        return video.filename();
    std::string stem = video.filename().stem().string().substr(0, longest_stem);
    std::replace(stem.begin(), stem.end(), '%', '_'); // of what is escaped in an address
    const auto hash = static_cast<unsigned>(fnv1a(video.string()) & 0xffffffffU);
    const std::string ending = video.extension().string();
    return (stem.empty() ? "video" : stem) + formatted("-%08x", hash) +
           (ending.size() <= longest_ending ? ending : "");
}

std::filesystem::path listed_video(const std::filesystem::path &root, const std::string &text)
{
    return is_web_video(text) ? web_video(text) : root / local_path(text);
}

} // namespace fovea
