// SPDX-License-Identifier: MIT
#include "fovea/store/work/work_state.h"

#include <cerrno>
#include <cstring>
#include <sys/stat.h>

#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/store/work/shard.h"

namespace fovea {

namespace {

constexpr Named<WorkState::Kind> written_kinds[] = {{WorkState::Kind::Waiting, "waiting"},
                                                    {WorkState::Kind::Running, "running"},
                                                    {WorkState::Kind::Done, "done"},
                                                    {WorkState::Kind::Failed, "failed"}};

/** What a claim says; \a file must be there */
WorkState read_claim(const std::filesystem::path &file)
{
    const JsonReader reader(read_json(file), file.string());
    return {reader.named("state", written_kinds), 0,
            reader.get<std::string>("host"),      reader.get<int>("process"),
            reader.get<std::string>("since"),     reader.get<std::string>("cause", "")};
}

/** Only where the file system says so: a claim that it does not show for now is no free work */
bool is_there(const std::filesystem::path &file)
{
    struct stat status = {};
    if (stat(file.c_str(), &status) == 0)
        return true;
    if (errno == ENOENT)
        return false;
    throw Error(Error::Kind::NotFound,
                "claim '" + file.string() + "' cannot be looked at: " + std::strerror(errno));
}

} // namespace

std::filesystem::path claim_file(const std::filesystem::path &folder, const std::string &work,
                                 int number)
{
    return folder / (fnv1a_text(work) + "." + std::to_string(number) + claim_ending);
}

std::string claim_text(const std::string &work, const WorkState &state)
{
    Json claim = {{"work", work},
                  {"state", name_of(written_kinds, state.kind)},
                  {"host", state.host},
                  {"process", state.process},
                  {"since", state.since}};
    if (!state.cause.empty())
        claim["cause"] = state.cause;
    return one_line(claim) + "\n";
}

WorkState last_claim(const std::filesystem::path &folder, const std::string &work)
{
    int claims = 0;
    while (is_there(claim_file(folder, work, claims)))
        ++claims;
    if (claims == 0)
        return {};
    WorkState state = read_claim(claim_file(folder, work, claims - 1));
    state.claims = claims;
    return state;
}

} // namespace fovea
