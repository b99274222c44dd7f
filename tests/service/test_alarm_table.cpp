// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "service/page/alarm_table.h"

namespace fovea::test {

namespace {

const std::vector<AlarmRow> rows = {
    {{"fall", 2, 0.5F}, "yard", {3'600'000'000'000, 3'661'250'400'000}, "watch", ""},
    {{"fight", 1, 0.75F}, "=door", {0, 999'600'000}, "", "/clips/1.mp4"}};

} // namespace

TEST(AlarmTable, TimesOfVideosAreSecondsAndThoseOfCamerasOnTheWall)
{
    EXPECT_EQ(to_csv(rows, /*by_video=*/true), "confidence,label,source,start,end,model,file\n"
                                               "0.5000,fall,yard,3600.000,3661.250,watch,\n"
                                               "0.7500,fight,'=door,0.000,1.000,,/clips/1.mp4\n");
    EXPECT_EQ(to_csv({rows.front()}, /*by_video=*/false),
              "confidence,label,source,start,end,model,file\n"
              "0.5000,fall,yard,1970-01-01T01:00:00.000Z,1970-01-01T01:01:01.250Z,watch,\n");
    EXPECT_EQ(to_csv({}, true), "confidence,label,source,start,end,model,file\n");
}

TEST(AlarmTable, AFileIsThePathThatOpens)
{
    const auto file_of = [](const std::string &file) {
        AlarmRow row = rows.front();
        row.file = file;
        const std::string table = to_csv({row}, /*by_video=*/true);
        return table.substr(table.find("watch,") + 6);
    };
    EXPECT_EQ(file_of("/clips/\xc3\xbc \"a\", b.mp4"), "\"/clips/\xc3\xbc \"\"a\"\", b.mp4\"\n");
    EXPECT_EQ(file_of("/clips/\xfc%.mp4"), "file:///clips/%FC%25.mp4\n");
    EXPECT_EQ(file_of("/clips/two\nlines.mp4"), "file:///clips/two%0Alines.mp4\n");
}

TEST(AlarmTable, TheMostConfidentComeFirst)
{
    std::vector<AlarmRow> sorted = {rows[0], rows[1], rows[0]};
    sorted[2].source = "attic";
    sort_by_confidence(&sorted);
    EXPECT_EQ(first_in_words(sorted, /*by_video=*/true, 2), "fight 75 %  0:00-0:00  =door\n"
                                                            "fall 50 %  1:00:00-1:01:01  attic\n");
    EXPECT_EQ(first_in_words({}, /*by_video=*/true, 2), "");
}

} // namespace fovea::test
