// SPDX-License-Identifier: MIT
#include "batch_share.h"

#include <chrono>
#include <cstdio>
#include <map>
#include <set>

#include "fovea/core/printable.h"
#include "fovea/store/work/claims_reader.h"

namespace fovea {

bool is_of(const BatchShare &share, const std::filesystem::path &file)
{
    return share.shard.holds(name_below(share.root, file));
}

std::vector<std::filesystem::path> files_of(const BatchShare &share,
                                            const std::vector<std::filesystem::path> &files)
{
    std::vector<std::filesystem::path> result;
    std::set<std::filesystem::path> seen;
    for (const auto &file : files) {
        if (!is_of(share, file))
            continue;
        const auto place = real_place(file);
        if (seen.insert(place.empty() ? file : place).second)
            result.push_back(file);
    }
    return result;
}

std::string work_of(const BatchShare &share, const std::filesystem::path &file)
{
    const auto place = real_place(file);
    std::error_code error;
    const auto claims = std::filesystem::weakly_canonical(
        std::filesystem::absolute(share.claims), error); // the folder is to be made yet, perhaps
    return error || place.empty() ? file.string() : place.lexically_relative(claims).string();
}

void make_shared_folder(const std::filesystem::path &folder)
{
    std::error_code error; // is told by who writes there
    std::filesystem::create_directories(folder, error);
}

void make_folder_of_all(const BatchShare &share, const std::filesystem::path &out)
{
    if (!share.claims.empty() || share.shard.is_part())
        make_shared_folder(out);
}

int tell_status(const std::vector<std::filesystem::path> &files, const BatchShare &share)
{
    const ClaimsReader claims(share.claims, std::chrono::seconds(share.lease_s));
    std::map<WorkState::Kind, int> counts;
    const auto wanted = files_of(share, files);
    for (const auto &file : wanted) {
        const WorkState state = claims.state(work_of(share, file));
        ++counts[state.kind];
        const std::string name = printable(file.string());
        const std::string worker =
            printable(state.host) + ", process " + std::to_string(state.process);
        if (state.kind == WorkState::Kind::Running)
            std::printf("running  %s  on %s, since %s\n", name.c_str(), worker.c_str(),
                        printable(state.since).c_str());
        else if (state.kind == WorkState::Kind::Left)
            std::printf("left     %s  by %s, which gives no sign of life\n", name.c_str(),
                        worker.c_str());
        else if (state.kind == WorkState::Kind::Failed)
            std::printf("failed   %s  %s\n", name.c_str(), printable(state.cause).c_str());
    }
    std::printf("%d done, %d running, %d left by dead runs, %d failed, %d waiting\n",
                counts[WorkState::Kind::Done], counts[WorkState::Kind::Running],
                counts[WorkState::Kind::Left], counts[WorkState::Kind::Failed],
                counts[WorkState::Kind::Waiting]);
    return counts[WorkState::Kind::Done] == static_cast<int>(wanted.size()) ? 0 : 1;
}

} // namespace fovea
