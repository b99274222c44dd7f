// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "../lib/temporary_folder.h"
#include "fovea/core/errors.h"
#include "fovea/core/text_file.h"
#include "fovea/store/events/event_store.h"
#include "fovea/store/results/provenance.h"
#include "fovea/store/results/result_formats.h"
#include "service/page/report.h"

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

/** \brief Lines of a video with one alarm */
std::string results_with_alarm(const std::string &video, float confidence)
{
    Result persons; // alone, as most lines
    persons.run = "r";
    persons.source = video;
    Result alarm = persons;
    alarm.model = "watch";
    alarm.alarm = AlarmEvent();
    alarm.alarm->kind = AlarmEvent::Kind::End;
    alarm.alarm->label = {"fight", 1, confidence};
    alarm.alarm->time = {1'500'000'000, 3'000'000'000};
    return to_json_lines({persons, alarm});
}

TEST(Report, AllAlarmsAreInOneTableTheMostConfidentFirst)
{
    const TemporaryFolder folder;
    folder.write("out/a.mp4.fovea/results.jsonl", results_with_alarm("a.mp4", 0.75F));
    folder.write("out/door, yard/b.mp4.fovea/results.jsonl", results_with_alarm("b.mp4", 0.9F));
    const ReportFigures figures = write_report(folder.path() / "out", folder.path() / "page");
    EXPECT_EQ(read_text(folder.path() / "page/alarms.csv", "table"),
              "confidence,label,source,start,end,model,file\n"
              "0.9000,fight,\"door, yard/b.mp4\",1.500,3.000,watch,\n"
              "0.7500,fight,a.mp4,1.500,3.000,watch,\n");
    EXPECT_EQ(figures.strongest, "fight 90 %  0:01-0:03  door, yard/b.mp4\n"
                                 "fight 75 %  0:01-0:03  a.mp4\n");
    EXPECT_EQ(figures.models, (std::map<std::string, std::size_t>{{"watch", 2}}));
}

TEST(Report, VersionsOfOneModelAreModelsOfTheirOwn)
{
    const TemporaryFolder folder;
    const auto add = [&](const std::string &video, const std::string &hash) {
        folder.write("out/" + video + ".fovea/results.jsonl", results_with_alarm(video, 0.75F));
        const Json model = {{"name", "watch"}, {"files", {{"weights", hash}}}};
        write_provenance(folder.path() / ("out/" + video + ".fovea/run.json"),
                         {{{"model", model}}, {}, {}});
    };
    add("a.mp4", "0123456789abcdef");
    add("b.mp4", "0123456789abcdef");
    add("c.mp4", "fedcba9876543210");
    const ReportFigures figures = write_report(folder.path() / "out", folder.path() / "page");
    ASSERT_EQ(figures.models.size(), 2U);
    EXPECT_EQ(figures.models.begin()->second + figures.models.rbegin()->second, 3U);
    for (const auto &[model, videos] : figures.models)
        EXPECT_EQ(model.rfind("watch (", 0), 0U) << model;
}

TEST(Report, AVideoIsFoundWhereverTheReportIsMade)
{
    const TemporaryFolder folder;
    const auto video = folder.write("archive/a.mp4", "video");
    folder.write("out/a.mp4.fovea/results.jsonl",
                 results_with_alarm("a.mp4", 0.75F)); // made in archive/
    write_provenance(folder.path() / "out/a.mp4.fovea/run.json",
                     {Json::object(), {}, state_of(video)});
    write_report(folder.path() / "out", folder.path() / "page");
    const std::string table = read_text(folder.path() / "page/alarms.csv", "table");
    EXPECT_NE(table.find("," + video.string() + "\n"), std::string::npos) << table;
    EXPECT_NE(read_text(folder.path() / "page/data.js", "page").find("../archive/a.mp4#t="),
              std::string::npos);
}

TEST(Report, DamagedResultsOfOneVideoDoNotHideTheOthers)
{
    const TemporaryFolder folder;
    folder.write("out/a.mp4.fovea/results.jsonl", results_with_alarm("a.mp4", 0.75F));
    folder.write("out/b.mp4.fovea/results.jsonl",
                 results_with_alarm("b.mp4", 0.9F) + "{\"objects\": [");
    const ReportFigures figures = write_report(folder.path() / "out", folder.path() / "page");
    EXPECT_EQ(to_text(figures), "1 alarm of 1 video, without 1 video whose results cannot be read");
    ASSERT_EQ(figures.unread.size(), 1U);
    EXPECT_NE(figures.unread.front().find("b.mp4.fovea/results.jsonl' line 3"), std::string::npos)
        << figures.unread.front();
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
