// SPDX-License-Identifier: MIT
#include "fovea/store/work/claims_reader.h"

#include <algorithm>
#include <utility>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

Error no_claims(const std::filesystem::path &folder, const std::string &fault)
{
    return {Error::Kind::NotFound, "claims '" + folder.string() + "': " + fault +
                                       "; expected the folder that a run was started with "
                                       "(--claims), on a file system that this machine sees"};
}

} // namespace

ClaimsReader::ClaimsReader(std::filesystem::path folder, std::chrono::milliseconds lease)
    : folder_(std::move(folder)), lease_(lease)
{
    std::error_code error;
    const auto status = std::filesystem::status(folder_, error);
    if (!std::filesystem::exists(status))
        throw no_claims(folder_, "does not exist");
    if (!std::filesystem::is_directory(status))
        throw no_claims(folder_, "is no folder");
    const std::filesystem::directory_iterator entries(folder_, error);
    if (error)
        throw no_claims(folder_, "cannot be read: " + error.message());
    if (std::none_of(begin(entries), end(entries),
                     [](const auto &entry) { return entry.path().extension() == claim_ending; }))
        throw no_claims(folder_, "no run has claimed anything there");
}

WorkState ClaimsReader::state(const std::string &work) const
{
    WorkState state = last_claim(folder_, work);
    if (state.kind != WorkState::Kind::Running)
        return state;
    std::error_code gone; // taken over or ended in this moment: it was alive
    const auto renewed =
        std::filesystem::last_write_time(claim_file(folder_, work, state.claims - 1), gone);
    if (!gone && std::filesystem::file_time_type::clock::now() - renewed > lease_)
        state.kind = WorkState::Kind::Left;
    return state;
}

} // namespace fovea
