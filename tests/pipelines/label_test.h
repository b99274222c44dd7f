// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "command_test.h"
#include "fovea/store/results/result_json.h"

namespace fovea_test {

using fovea::Activity;
using fovea::Result;

/** \brief `fovea label` on videos that a test makes */
class LabelCommand : public fovea_test::CommandTest
{
};

/** \brief Results of one scope in the folder of a labelled video */
inline std::vector<Result> activities(const std::filesystem::path &folder, Activity::Scope scope)
{
    std::vector<Result> found;
    for (const Result &result : fovea::read_results((folder / "results.jsonl").string()))
        if (result.has_activity && result.activity.scope == scope)
            found.push_back(result);
    return found;
}

/** How often \a factory makes an element, by GStreamer's own log of it */
inline int made_elements(const std::filesystem::path &log, const std::string &factory)
{
    const std::string text = read_text(log);
    const std::string line = "creating element \"" + factory + "\"";
    int made = 0;
    for (auto at = text.find(line); at != std::string::npos; at = text.find(line, at + 1))
        ++made;
    return made;
}

} // namespace fovea_test
