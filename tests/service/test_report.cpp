// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "../lib/temporary_folder.h"
#include "fovea/core/errors.h"
#include "fovea/store/event_store.h"
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
    EXPECT_EQ(to_text(write_report(folder.path() / "out", folder.path() / "page")),
              "0 alarms of 1 video");
}

TEST(Report, AlarmsThatAPageCannotTakeAreCounted)
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "events.db";
    {
        EventStore store(file);
        StoredAlarm alarm;
        alarm.camera = "door";
        alarm.label = "fight";
        store.add_alarm(alarm);
    }
    sqlite3 *handle = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
    const char *more =
        "CREATE TEMP TABLE one AS SELECT * FROM alarm; UPDATE one SET id = NULL; "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100002) "
        "INSERT INTO alarm SELECT one.* FROM one, n;";
    EXPECT_EQ(sqlite3_exec(handle, more, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle);
    sqlite3_close(handle);
    const ReportFigures figures = write_report(file, folder.path() / "page");
    EXPECT_EQ(to_text(figures), "100000 alarms of 0 cameras, without the oldest 3");
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

TEST(Report, WhatCannotBeLookedAtIsNotSaidToBeMissing)
{
    const TemporaryFolder folder;
    const auto loop = folder.path() / "loop";
    std::filesystem::create_symlink(loop, loop);
    try {
        write_report(loop, folder.path() / "page");
        ADD_FAILURE() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(std::string(error.what()).find("does not exist"), std::string::npos)
            << error.what();
    }
}

} // namespace fovea::test
