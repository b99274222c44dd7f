// SPDX-License-Identifier: MIT
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/store/results/result_json.h"
#include "made_results.h"

namespace fovea {
namespace {

using test::activity_of;
using test::alarm_of;
using test::full_result;

std::string message_of(const std::string &file)
{
    try {
        read_results(file);
    } catch (const Error &error) {
        return error.what();
    }
    return "no error";
}

class ResultsFile : public testing::Test
{
protected:
    void TearDown() override { std::filesystem::remove(file_); }

    void write(const std::string &text) const { std::ofstream(file_) << text; }

    const std::string file_ = testing::TempDir() + "fovea-results-" +
                              std::to_string(testing::UnitTest::GetInstance()->random_seed()) +
                              testing::UnitTest::GetInstance()->current_test_info()->name() +
                              ".jsonl";
};

/* The line as written out by hand; the objects' names are those of gvametaconvert. */
TEST(ResultJson, LineIsASupersetOfDlStreamers)
{
    const Json expected = Json::parse(R"({
        "schema": 1, "timestamp": 600000000, "resolution": {"height": 480, "width": 640},
        "source": "a.mp4", "model": "watch",
        "objects": [
            {"detection": {"bounding_box": {"x_max": 0.375, "x_min": 0.25, "y_max": 0.75, "y_min": 0.5},
                           "confidence": 0.87, "label": "person", "label_id": 0},
             "detected": true, "h": 120, "roi_type": "person", "w": 80, "x": 160, "y": 240, "id": 3},
            {"detection": {"bounding_box": {"x_max": 0.5, "x_min": 0.0, "y_max": 0.5, "y_min": 0.0},
                           "confidence": 0.5, "label": "person", "label_id": 0},
             "detected": false, "h": 240, "roi_type": "person", "w": 320, "x": 0, "y": 0}],
        "activity": {"scope": "window", "label": "fight", "label_id": 1, "confidence": 0.9,
            "start": 0.0, "end": 2.133333333,
            "top_k": [{"label": "fight", "label_id": 1, "confidence": 0.9},
                      {"label": "normal", "label_id": 0, "confidence": 0.1}],
            "regions": [
                {"kind": "full", "weight": 0.25,
                 "bounding_box": {"x_max": 1.0, "x_min": 0.0, "y_max": 1.0, "y_min": 0.0}},
                {"kind": "actor", "weight": 0.75,
                 "bounding_box": {"x_max": 0.75, "x_min": 0.25, "y_max": 0.75, "y_min": 0.25}}],
            "salience": [{"start": 0.0, "end": 0.5, "weight": 0.2},
                         {"start": 0.5, "end": 1.0, "weight": 1.0}]}})");
    // through plain json: the order of members does not count
    EXPECT_EQ(nlohmann::json::parse(to_json(full_result()).dump()),
              nlohmann::json::parse(expected.dump()));
}

TEST(ResultJson, NumbersAreWrittenShort)
{
    EXPECT_NE(to_json(full_result()).dump().find(R"("confidence":0.87,)"), std::string::npos);
}

TEST(ResultJson, RoundTripKeepsEverything)
{
    Result before = full_result();
    before.activity.frames = {16, 3, 2, 1};
    before.activity.unseen = 5;
    before.activity.too_far = true;
    before.persons[0].pose.emplace();
    before.persons[0].pose->front() = {0.3F, 0.5F, 0.75F};
    before.persons[0].pose->back() = {0.25F, 1.01F, 0.5F};
    const Result after = result_from_json(Json::parse(to_json(before).dump()));

    EXPECT_EQ(after.timestamp, 600'000'000);
    EXPECT_EQ(after.resolution.width, 640);
    EXPECT_EQ(after.resolution.height, 480);
    EXPECT_EQ(after.source, "a.mp4");
    EXPECT_EQ(after.model, "watch");
    ASSERT_EQ(after.persons.size(), 2U);
    EXPECT_TRUE(after.persons[0].box == before.persons[0].box);
    EXPECT_EQ(after.persons[0].confidence, 0.87F);
    EXPECT_EQ(after.persons[0].id, 3);
    EXPECT_TRUE(after.persons[0].detected);
    EXPECT_EQ(after.persons[1].id, -1);
    EXPECT_FALSE(after.persons[1].detected);
    ASSERT_TRUE(after.has_activity);
    EXPECT_EQ(after.activity.scope, Activity::Scope::Window);
    EXPECT_EQ(after.activity.label.label, "fight");
    EXPECT_EQ(after.activity.label.label_id, 1);
    EXPECT_EQ(after.activity.label.confidence, 0.9F);
    EXPECT_EQ(after.activity.time.end, 2'133'333'333);
    ASSERT_EQ(after.activity.top_k.size(), 2U);
    EXPECT_EQ(after.activity.top_k[1].label, "normal");
    ASSERT_EQ(after.activity.regions.size(), 2U);
    EXPECT_EQ(after.activity.regions[1].region.kind, RegionKind::Actor);
    EXPECT_EQ(after.activity.regions[1].weight, 0.75F);
    ASSERT_EQ(after.activity.salience.size(), 2U);
    EXPECT_EQ(after.activity.salience[1].time.start, 500'000'000);
    EXPECT_EQ(after.activity.salience[1].weight, 1.0F);
    EXPECT_EQ(after.activity.frames.seen, 16);
    EXPECT_EQ(after.activity.frames.repeated, 3);
    EXPECT_EQ(after.activity.frames.frozen, 2);
    EXPECT_EQ(after.activity.frames.corrupt, 1);
    EXPECT_EQ(after.activity.unseen, 5U);
    EXPECT_TRUE(after.activity.too_far);
    ASSERT_TRUE(after.persons[0].pose);
    EXPECT_EQ(after.persons[0].pose->front().x, 0.3F);
    EXPECT_EQ(after.persons[0].pose->back().y, 1.01F);
    EXPECT_EQ(after.persons[0].pose->back().confidence, 0.5F);
    EXPECT_FALSE(after.persons[1].pose);
}

TEST(ResultJson, AnAlarmRoundTrips)
{
    const Json json = to_json(alarm_of(AlarmEvent::Kind::Begin));
    EXPECT_EQ(nlohmann::json::parse(json["alarm"].dump()), // whatever the order
              nlohmann::json::parse(R"({"event": "begin", "id": 7, "label": "fight", "label_id": 1,
                  "confidence": 0.93, "start": 1.5, "end": 4.0, "best": 2.25,
                  "bounding_box": {"x_min": 0.25, "x_max": 0.75, "y_min": 0.5, "y_max": 0.75},
                  "persons": [3, 9]})"));
    EXPECT_FALSE(json.contains("activity"));
    const Result after = result_from_json(Json::parse(json.dump()));
    EXPECT_FALSE(after.has_activity);
    ASSERT_TRUE(after.alarm.has_value());
    EXPECT_EQ(after.alarm->kind, AlarmEvent::Kind::Begin);
    EXPECT_EQ(after.alarm->id, 7U);
    EXPECT_EQ(after.alarm->label.label, "fight");
    EXPECT_EQ(after.alarm->time.end, 4'000'000'000);
    EXPECT_EQ(after.alarm->best, 2'250'000'000);
    EXPECT_EQ(after.alarm->box, (Box{0.25F, 0.5F, 0.5F, 0.25F}));
    EXPECT_EQ(after.alarm->persons, (std::vector<int>{3, 9}));

    Json wrong = json;
    wrong["alarm"]["event"] = "over";
    EXPECT_THROW(result_from_json(wrong), Error);
    wrong = json;
    wrong["alarm"].erase("persons");
    EXPECT_THROW(result_from_json(wrong), Error);
}

TEST(ResultJson, HeatIsKeptAndItsSizeChecked)
{
    Result result = full_result();
    result.activity.regions = {{{RegionKind::Salient, {0, 0.25F, 0.5F, 0.5F}}, 1}};
    result.activity.heat = {{0.125F, 0, 0.75F, 1}, 3, 2, {0, 1, 2, 253, 254, 255}};
    Json line = to_json(result);
    const Activity read = result_from_json(line).activity;
    EXPECT_EQ(read.regions.front().region.kind, RegionKind::Salient);
    const HeatMap &heat = read.heat;
    EXPECT_EQ(heat.values, (std::vector<std::uint8_t>{0, 1, 2, 253, 254, 255}));
    EXPECT_EQ(heat.columns, 3);
    EXPECT_EQ(heat.rows, 2);
    EXPECT_EQ(heat.box, (Box{0.125F, 0, 0.75F, 1}));

    for (const auto &[columns, rows] : {std::pair{2, 2}, {6, 0}, {0, 6}, {-3, -2}, {4, 1}}) {
        line["activity"]["heat"]["columns"] = columns;
        line["activity"]["heat"]["rows"] = rows;
        EXPECT_THROW(result_from_json(line), Error) << columns << " x " << rows;
    }
}

TEST(ResultJson, TimesOfDaysKeepTheirNanoseconds)
{
    Result result = full_result();
    result.activity.time = {86'400'000'000'001, 259'200'123'456'789};
    const Result after = result_from_json(Json::parse(to_json(result).dump()));
    EXPECT_EQ(after.activity.time.start, 86'400'000'000'001);
    EXPECT_EQ(after.activity.time.end, 259'200'123'456'789);
}

TEST(ResultJson, UnknownMembersAreAllowed)
{
    Json line = to_json(full_result());
    line["tags"] = {{"camera", "north"}};
    EXPECT_EQ(result_from_json(line).activity.label.label, "fight");
}

TEST(ResultJson, ObjectWithoutDetectionIsNotAPerson)
{
    Json line = to_json(full_result());
    line["objects"] =
        Json::parse(R"([{"classification":{"label":"dancing"},"h":1,"w":1,"x":0,"y":0}])");
    EXPECT_TRUE(result_from_json(line).persons.empty());
}

TEST(ResultJson, ErrorNamesTheEntry)
{
    Json line = to_json(full_result());
    line["activity"]["regions"][1]["kind"] = "face";
    try {
        result_from_json(line);
        FAIL() << "accepted";
    } catch (const Error &error) {
        EXPECT_STREQ(error.what(), "'result: activity.regions[1]': entry 'kind' is \"face\", "
                                   "expected one of full, grid, actor, salient, person");
    }
}

TEST(ResultJson, AnotherSchemaVersionIsRefused)
{
    Json line = to_json(full_result());
    line["schema"] = 2;
    EXPECT_THROW(result_from_json(line), Error);
}

TEST_F(ResultsFile, EmptyLinesAreSkipped)
{
    const std::string line = to_json(full_result()).dump();
    write(line + "\n\n" + line + "\r\n");
    EXPECT_EQ(read_results(file_).size(), 2U);
}

TEST_F(ResultsFile, WhatIsToldIsReadAndPersonsAloneAreNot)
{
    const std::string activity = to_json(full_result()).dump();
    const std::string alarm = R"({"schema": 1, "timestamp": 0, "alarm": {}})";
    write("{persons, of whom nothing is read}\n" + activity + "\r\n");
    EXPECT_EQ(read_results(file_, ResultLines::Told).size(), 1U);
    for (const std::string &faulty : {alarm, activity.substr(0, activity.size() / 4)}) {
        write("{persons}\n" + faulty + "\n");
        EXPECT_THROW(read_results(file_, ResultLines::Told), Error) << faulty;
    }
}

TEST_F(ResultsFile, GarbledLineIsNamedByNumber)
{
    write(to_json(full_result()).dump() + "\n{\"schema\": 1, \n");
    const std::string expected =
        "'" + file_ + "' line 2: not a JSON object; make the file anew with fovea label";
    EXPECT_EQ(message_of(file_).substr(0, expected.size()), expected);
}

TEST_F(ResultsFile, WhatNoResultCanSayIsRefusedByItsPath)
{
    const auto refused = [&](const char *pointer, const Json &value) {
        Json line = to_json(full_result());
        line[Json::json_pointer(pointer)] = value;
        write(line.dump() + "\n");
        const std::string error = message_of(file_);
        EXPECT_NE(error.find("' line 1: '"), std::string::npos) << error;
        EXPECT_EQ(error.find('\n'), std::string::npos) << error;
        return error;
    };
    const auto expect_part = [](const std::string &text, const std::string &part) {
        EXPECT_NE(text.find(part), std::string::npos) << text;
    };
    expect_part(refused("/activity/confidence", 1.5),
                "entry 'confidence' is 1.5, expected a number from 0 to 1");
    expect_part(refused("/activity/confidence", -0.1), "expected a number from 0 to 1");
    expect_part(refused("/activity/start", 1e300),
                "entry 'start' is 1e+300, expected a number from");
    expect_part(refused("/activity/end", -1e10), "entry 'end'");
    expect_part(refused("/activity/regions/0/bounding_box/x_min", 1e300), "'x_min' is 1e+300");
    expect_part(refused("/activity/regions/0/weight", 1e300), "'weight' is 1e+300");
    expect_part(refused("/activity/label_id", 4294967295), "an integer of 32 bits");
    expect_part(refused("/resolution/width", -1), "'width' is -1, expected a whole number from 0");
    expect_part(refused("/timestamp", 1.5), "'timestamp' is 1.5");
    const std::string latest = "expected a whole number from 0 to 4.6e+18";
    expect_part(refused("/timestamp", -1), latest);
    expect_part(refused("/timestamp", 4600000000000000001), latest);
    expect_part(refused("/timestamp", 18446744073709551615U), latest);
    expect_part(refused("/objects/0/id", 1e10), "'id'");
    write("{\"schema\": 1, \"schema\": 1}\n");
    expect_part(message_of(file_), "has the entry schema twice");
    write("{\"a\": " + std::string(100'000, '[') + std::string(100'000, ']') + "}\n");
    expect_part(message_of(file_), "is nested deeper than 64 at a[0][0]");
}

TEST_F(ResultsFile, MissingEntryIsNamedWithItsLine)
{
    write("{\"schema\": 1}\n");
    EXPECT_EQ(message_of(file_),
              "'" + file_ + "' line 1: 'result': the entry 'timestamp' is missing");
}

TEST_F(ResultsFile, MissingFileIsNamed)
{
    EXPECT_NE(message_of(file_).find("'" + file_ + "' cannot be read"), std::string::npos);
}

TEST_F(ResultsFile, FolderIsNotAResultsFile)
{
    EXPECT_THROW(read_results(testing::TempDir()), Error);
}

} // namespace
} // namespace fovea
