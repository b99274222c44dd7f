// SPDX-License-Identifier: MIT
#include "full_disks.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <sys/stat.h>
#include <system_error>

namespace fovea {

namespace {

/* That of the closest folder that is there */
std::optional<dev_t> disk_of(const std::filesystem::path &output)
{
    std::error_code error;
    for (auto path = std::filesystem::absolute(output, error); !error; path = path.parent_path()) {
        struct stat state = {};
        if (stat(path.c_str(), &state) == 0)
            return state.st_dev;
        if (!path.has_relative_path())
            break;
    }
    return std::nullopt;
}

} // namespace

bool is_of_full_disk(const std::string &cause)
{
    constexpr std::array full = {ENOSPC, EDQUOT};
    return std::any_of(full.begin(), full.end(), [&](int code) {
        return cause.find(std::generic_category().message(code)) != std::string::npos;
    });
}

void FullDisks::add(const std::filesystem::path &output)
{
    const auto disk = disk_of(output);
    const std::lock_guard lock(mutex_);
    if (disk)
        disks_.insert(*disk);
}

bool FullDisks::holds(const std::filesystem::path &output) const
{
    {
        const std::lock_guard lock(mutex_);
        if (disks_.empty())
            return false;
    }
    const auto disk = disk_of(output);
    const std::lock_guard lock(mutex_);
    return disk && disks_.count(*disk) > 0;
}

} // namespace fovea
