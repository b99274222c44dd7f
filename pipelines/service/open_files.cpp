// SPDX-License-Identifier: MIT
#include "service/open_files.h"

#include <algorithm>
#include <sys/resource.h>
#include <sys/select.h>

namespace fovea {

namespace {

// as measured of RTSP: 32 of one camera, 74 of four, 106 of four with record_uri, 498 of thirty
constexpr std::uint64_t files_of_all = 40; // some for clips and visitors
constexpr std::uint64_t files_a_camera = 16;
constexpr std::uint64_t files_a_record = 8;

bool has_broker(const WatchConfig &config)
{
    return std::any_of(
        config.receivers.begin(), config.receivers.end(),
        [](const ReceiverConfig &one) { return one.uri.compare(0, 4, "mqtt") == 0; });
}

} // namespace

/*
 * libmosquitto calls select(), which knows no more than FD_SETSIZE: with more a broker could not be reached again, so
 * that with one what else wants another is refused it.
 */
std::uint64_t set_most_files(const WatchConfig &config)
{
    constexpr rlim_t plenty = 65536;
    rlimit limit = {};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return plenty;
    limit.rlim_cur = has_broker(config)
                         ? std::min<rlim_t>(limit.rlim_cur, FD_SETSIZE)
                         : std::max(limit.rlim_cur, std::min(limit.rlim_max, plenty));
    setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

std::string short_of_files(const WatchConfig &config, std::uint64_t most)
{
    std::uint64_t wanted = files_of_all;
    for (const CameraConfig &camera : config.cameras)
        wanted += files_a_camera + (camera.record_uri.empty() ? 0 : files_a_record);
    if (wanted <= most)
        return "";
    const std::size_t cameras = config.cameras.size();
    const std::string told =
        std::to_string(cameras) + (cameras == 1 ? " camera takes" : " cameras take") + " about " +
        std::to_string(wanted) + " descriptors, expected at most " + std::to_string(most);
    const char *share = ", or give some of them to another fovea watch";
    if (has_broker(config) && most >= FD_SETSIZE)
        return told + ", which is all that MQTT's library can use: take another receiver" + share;
    return told +
           (has_broker(config) ? ": raise the limit (ulimit -n" // the other was reached already
                               : ": raise the hard limit (ulimit -Hn") +
           ", LimitNOFILE of the unit)" + (cameras > 1 ? share : "");
}

} // namespace fovea
