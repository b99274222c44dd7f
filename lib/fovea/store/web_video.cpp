// SPDX-License-Identifier: MIT
#include "fovea/store/web_video.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <sstream>
#include <vector>

#include "fovea/core/errors.h"
#include "fovea/core/text_file.h"
#include "fovea/store/work/shard.h"

namespace fovea {

namespace {

constexpr std::array schemes = {"http://", "https://"};
constexpr std::size_t longest_stem =
    100; // bytes; file systems end at 255, and names are made longer
constexpr std::size_t longest_ending = 10;

// Of queries: what signs them, and changes whenever that is done anew (AWS, Google, CloudFront)
constexpr std::array signing_starts = {"x-amz-", "x-goog-"};
constexpr std::array signing_keys = {"signature", "expires",        "key-pair-id",
                                     "policy",    "awsaccesskeyid", "googleaccessid"};
constexpr const char *azure_signature =
    "sig"; // with it the short ones are of a shared access signature
constexpr std::array azure_keys = {"sig", "sv",    "ss",    "srt", "sr",  "sp",  "st",
                                   "se",  "spr",   "sip",   "si",  "ske", "skt", "sks",
                                   "skv", "skoid", "sktid", "sdd", "ses", "scid"};

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
std::string web_prefix(const std::string &text)
{
    for (const std::string scheme : schemes) {
        if (lowered(text.substr(0, scheme.size())) == scheme)
            return scheme;
    }
    return "";
}

/** \brief Of "ID=A" "id" */
std::string key_of(const std::string &part)
{
    return lowered(part.substr(0, part.find('=')));
}

template <std::size_t count>
bool is_one_of(const std::array<const char *, count> &keys, const std::string &key)
{
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool is_signing(const std::string &key, bool is_of_azure)
{
    return is_one_of(signing_keys, key) || (is_of_azure && is_one_of(azure_keys, key)) ||
           std::any_of(signing_starts.begin(), signing_starts.end(),
                       [&](const std::string start) { return key.rfind(start, 0) == 0; });
}

/** \brief What of a query tells videos apart: "#" and a hash of it, which does not tell it; empty: nothing */
std::string told_apart_by(const std::string &query)
{
    std::vector<std::string> parts;
    std::istringstream text(query);
    for (std::string part; std::getline(text, part, '&');)
        parts.push_back(part);
    const bool is_of_azure = std::any_of(parts.begin(), parts.end(), [](const std::string &part) {
        return key_of(part) == azure_signature;
    });
    std::string rest;
    for (const std::string &part : parts) {
        if (!part.empty() && !is_signing(key_of(part), is_of_azure))
            rest += "&" + part;
    }
    return rest.empty() ? "" : "#" + fnv1a_text(rest);
}

/** \brief At most so many bytes, of whole letters of UTF-8 */
std::string shortened(const std::string &text, std::size_t longest)
{
    if (text.size() <= longest)
        return text;
    constexpr unsigned continues_mask = 0xc0;
    constexpr unsigned continues = 0x80;
    while (longest > 0 && (static_cast<unsigned char>(text[longest]) & continues_mask) == continues)
        --longest;
    return text.substr(0, longest);
}

} // namespace

bool is_web_video(const std::string &text)
{
    return !web_prefix(text).empty();
}

std::filesystem::path web_video(const std::string &address)
{
    const std::string prefix = web_prefix(address);
    std::string rest = address.substr(prefix.size());
    rest = rest.substr(0, rest.find('#'));
    const std::size_t mark = std::min(rest.find('?'), rest.size());
    const std::string apart = mark < rest.size() ? told_apart_by(rest.substr(mark + 1)) : "";
    rest = rest.substr(0, mark);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const std::size_t user = rest.rfind('@', slash);
    if (user != std::string::npos && user < slash)
        rest = rest.substr(user + 1);
    const std::string path = prefix + rest + apart;
    if (rest.empty() || rest.front() == '/' || rest.front() == ':')
        throw Error(Error::Kind::Settings,
                    "'" + path + "': has no host, expected an address as https://host/video.mp4");
    Addresses &all = addresses();
    const std::lock_guard lock(all.mutex);
    const auto [kept, is_new] = all.whole.emplace(path, address);
    if (!is_new && kept->second != address)
        throw Error(Error::Kind::Settings,
                    "'" + path +
                        "': is named with two signatures, expected one: two addresses that differ "
                        "in their signatures, users or fragments alone are of one video");
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
    const std::string address = video.string();
    const auto last = std::filesystem::path(address.substr(0, address.find('#'))).filename();
    std::string stem = shortened(last.stem().string(), longest_stem);
    std::replace(stem.begin(), stem.end(), '%', '_'); // of what is escaped in an address
    std::replace(stem.begin(), stem.end(), '.', '_'); // or would be taken for an ending
    const std::string ending = last.extension().string();
    return (stem.empty() ? "video" : stem) + "-" + fnv1a_text(address) +
           (ending.size() <= longest_ending ? ending : "");
}

std::filesystem::path listed_video(const std::filesystem::path &root, const std::string &text)
{
    return is_web_video(text) ? web_video(text) : root / local_path(text);
}

} // namespace fovea
