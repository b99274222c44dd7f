// SPDX-License-Identifier: MIT
#include "service/late_changes.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "service/watch_check.h"

namespace fovea {

namespace {

auto all_of(const PageConfig &page)
{
    return std::tie(page.enabled, page.address, page.port, page.token_file, page.certificate_file,
                    page.key_file, page.shown_in);
}

bool is_same(const ReceiverConfig &one, const ReceiverConfig &other)
{
    return std::tie(one.uri, one.credentials, one.signing_key, one.ca_file) ==
           std::tie(other.uri, other.credentials, other.signing_key, other.ca_file);
}

} // namespace

std::string late_changes(const WatchConfig &running, const WatchConfig &read)
{
    const std::pair<const char *, bool> parts[] = {
        {"folder", running.folder != read.folder},
        {"model", running.model != read.model},
        {"detector", running.detector != read.detector},
        {"fps", running.fps != read.fps},
        {"motion_gate", running.motion_gate != read.motion_gate},
        {"learn", running.learn != read.learn},
        {"receiver", !std::equal(running.receivers.begin(), running.receivers.end(),
                                 read.receivers.begin(), read.receivers.end(), is_same)},
        {"page", all_of(running.page) != all_of(read.page)},
    };
    std::vector<std::string> names;
    for (const auto &[name, has_changed] : parts)
        if (has_changed)
            names.emplace_back(name);
    return joined(names);
}

std::string told_of_restart(const WatchConfig &running, const WatchConfig &read)
{
    const std::string late = late_changes(running, read);
    if (late.empty())
        return "";
    try {
        check_restart(running, read);
    } catch (const Error &error) {
        return "; " + late + " would change with a restart, which is refused: " + error.what();
    }
    return "; changed with a restart alone: " + late;
}

} // namespace fovea
