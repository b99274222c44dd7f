// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "../lib/temporary_folder.h"
#include "fovea/core/errors.h"
#include "fovea/store/result_formats.h"
#include "service/report.h"

namespace fovea::test {

TEST(Report, WhatARunIsWritingIsNoVideo)
{
    Result whole;
    whole.run = "r";
    whole.source = "a.mp4";
    whole.has_activity = true;
    whole.activity.scope = Activity::Scope::Video;
    whole.activity.label = {"normal", 0, 1};
    const std::string text = to_json_lines({whole});
    const TemporaryFolder folder;
    folder.write("out/a.mp4.fovea/results.jsonl", text);
    folder.write("out/b.mp4.fovea/.part-x3Kq0Z/results.jsonl", text.substr(0, 40));
    folder.write("out/c.mp4.fovea/.part-killed/results.jsonl", text);
    EXPECT_EQ(write_report(folder.path() / "out", folder.path() / "page").sources, 1U);
}

TEST(Report, WhatIsNotThereIsTold)
{
    const TemporaryFolder folder;
    const auto none = folder.path() / "none";
    try {
        write_report(none, folder.path() / "page");
        ADD_FAILURE() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.what(), "'" + none.string() +
                                    "' does not exist; expected a folder that fovea label or fovea "
                                    "watch wrote to, or an events.db");
    }
}

} // namespace fovea::test
