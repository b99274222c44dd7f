// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/clock_text.h"
#include "fovea/salience/label_line.h"

using fovea::Activity;
using fovea::label_line;
using fovea::nanoseconds_per_second;
using fovea::Result;
using fovea::TimeSpan;

namespace {

TimeSpan seconds(int start, int end)
{
    return {start * nanoseconds_per_second, end * nanoseconds_per_second};
}

Result result(Activity::Scope scope, const std::string &label, float confidence, TimeSpan time)
{
    Result result;
    result.has_activity = true;
    result.activity.scope = scope;
    result.activity.label = {label, 0, confidence};
    result.activity.time = time;
    return result;
}

Result window(const std::string &label, float confidence, TimeSpan time)
{
    return result(Activity::Scope::Window, label, confidence, time);
}

Result video(const std::string &label, float confidence)
{
    return result(Activity::Scope::Video, label, confidence, seconds(0, 600));
}

} // namespace

TEST(LabelLine, TellsTheWindowsOfTheLabelBestFirst)
{
    EXPECT_EQ(
        label_line({window("fight", 0.7F, seconds(2, 4)), window("normal", 0.9F, seconds(4, 6)),
                    window("fight", 0.97F, seconds(61, 63)), video("fight", 0.97F)}),
        "fight 0.97; strongest at 1:01-1:03, 0:02-0:04");
}

TEST(LabelLine, AlarmsOfTheLabelAreToldAsTheyEnded)
{
    const auto alarm = [](fovea::AlarmEvent::Kind kind, const char *label, float confidence,
                          TimeSpan time) {
        Result made;
        made.alarm.emplace();
        made.alarm->kind = kind;
        made.alarm->label = {label, 0, confidence};
        made.alarm->time = time;
        return made;
    };
    using Kind = fovea::AlarmEvent::Kind;
    EXPECT_EQ(
        label_line({window("fight", 0.97F, seconds(2, 4)), window("normal", 0.9F, seconds(4, 6)),
                    alarm(Kind::Begin, "fight", 0.97F, seconds(2, 4)),
                    alarm(Kind::End, "fight", 0.98F, seconds(2, 9)),
                    alarm(Kind::End, "fall", 0.99F, seconds(20, 22)), video("fight", 0.98F)}),
        "fight 0.98; alarm at 0:02-0:09");
}

TEST(LabelLine, WindowThatOverlapsAStrongerOneIsNotTold)
{
    EXPECT_EQ(
        label_line({window("fight", 0.8F, seconds(1, 3)), window("fight", 0.9F, seconds(2, 4)),
                    window("normal", 0.6F, seconds(4, 6)), video("fight", 0.9F)}),
        "fight 0.90; strongest at 0:02-0:04");
}

TEST(LabelLine, AtMostThreeMoments)
{
    std::vector<Result> results = {window("normal", 0.9F, seconds(50, 52)), video("fight", 0.8F)};
    for (int i = 0; i < 5; ++i)
        results.push_back(window("fight", 0.8F, seconds(3 * i, 3 * i + 2)));
    EXPECT_EQ(label_line(results), "fight 0.80; strongest at 0:00-0:02, 0:03-0:05, 0:06-0:08");
}

TEST(LabelLine, LabelThatHoldsThroughoutHasNoMoments)
{
    EXPECT_EQ(label_line({window("normal", 0.9F, seconds(0, 2)),
                          window("normal", 0.8F, seconds(2, 4)), video("normal", 0.85F)}),
              "normal 0.85");
}

TEST(LabelLine, WithoutWindowsTheVideosSalienceTells)
{
    Result whole = video("pouring", 0.5F);
    whole.activity.salience = {{seconds(0, 5), 0.2F}, {seconds(5, 10), 1.0F}};
    EXPECT_EQ(label_line({whole}), "pouring 0.50; strongest at 0:05-0:10, 0:00-0:05");
}

TEST(LabelLine, WithoutALabelNothingIsRecognised)
{
    EXPECT_EQ(label_line({}), "nothing recognised");
}

TEST(ClockText, HoursOnlyWhereThereAreAny)
{
    EXPECT_EQ(fovea::clock_text(7.9), "0:07");
    EXPECT_EQ(fovea::clock_text(187), "3:07");
    EXPECT_EQ(fovea::clock_text(3727), "1:02:07");
}
