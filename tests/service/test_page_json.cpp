// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "../lib/temporary_folder.h"
#include "service/page/page_json.h"

namespace fovea::test {

TEST(PageJson, AnAlarmTellsWhatIsThereOfIt)
{
    const TemporaryFolder folder;
    const auto kept = [&](const std::string &name, const std::string &text) {
        return folder.write("door/2026-11-27/" + name, text).string();
    };
    StoredAlarm whole;
    whole.evidence = {kept("1.mp4", "clip"), kept("1.jpg", "still"), kept("1.json", "{}")};
    StoredAlarm swept;
    swept.evidence = {kept("2.mp4", "clip"), kept("2.jpg", "still"), "/nowhere/2.json"};
    std::filesystem::remove(swept.evidence[0]);
    std::filesystem::create_directory(swept.evidence[0]); // no file
    whole.run = "00d78bd6e52db3c3";
    whole.number = 7;
    const Json list = alarms_json({whole, swept, StoredAlarm()});
    const auto told = [&](std::size_t alarm) {
        std::string text;
        for (const char *what : {"clip", "still", "line"})
            text += list[alarm][what].get<bool>() ? std::string(what) + " " : "";
        return text;
    };
    ASSERT_EQ(list.size(), 3U);
    EXPECT_FALSE(list[0]["ended"].get<bool>());
    EXPECT_EQ(list[0]["run"], "00d78bd6e52db3c3") << "by which receivers know it, with";
    EXPECT_EQ(list[0]["number"], 7);
    EXPECT_EQ(told(0), "clip still line ");
    EXPECT_EQ(told(1), "still ");
    EXPECT_EQ(told(2), "");
    EXPECT_EQ(file_of(whole, Evidence::Line), whole.evidence[2]);
    EXPECT_EQ(file_of(swept, Evidence::Clip), "");
}

} // namespace fovea::test
