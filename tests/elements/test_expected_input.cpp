// SPDX-License-Identifier: MIT
#include "made_meta.h"
#include "video_harness.h"

// What is told where an element has nothing to work on, for the one that makes it is not before it

namespace fovea::test {

namespace {

constexpr int frames_a_second = 30;

void end_stream(VideoHarness &harness)
{
    gst_harness_push_event(harness.get(), gst_event_new_eos());
}

TEST(ExpectedInput, AnAlarmWithoutActivitiesIsToldAtTheEnd)
{
    VideoHarness harness("foveaalarm");
    harness.push_range(0, 5);
    EXPECT_EQ(harness.warning(), "");
    end_stream(harness);
    EXPECT_EQ(harness.warning(),
              "no activity has come, which foveaattention makes; put it before foveaalarm");
    EXPECT_EQ(harness.warning(), "") << "told once";
    EXPECT_EQ(harness.error(), "");
}

TEST(ExpectedInput, ASummaryOfNothingSaysWhy)
{
    VideoHarness harness("foveahighlight threshold=0.5");
    harness.push_range(0, 5);
    end_stream(harness);
    EXPECT_EQ(harness.warning(),
              "no activity has come, which foveaattention makes; put it before foveahighlight");
    EXPECT_EQ(harness.pull(), nullptr);
}

TEST(ExpectedInput, PersonsAloneAreNoLines)
{
    VideoHarness harness("foveapublish");
    gst_harness_push(harness.get(),
                     with_persons(harness.frame(0), {made_person({0.25F, 0.25F, 0.5F, 0.5F}, 7)}));
    end_stream(harness);
    EXPECT_EQ(harness.warning(),
              "no activity has come, which foveaattention makes; put it before foveapublish; "
              "frames=true writes the persons alone");

    VideoHarness asked("foveapublish frames=true");
    asked.push_range(0, 5);
    end_stream(asked);
    EXPECT_EQ(asked.warning(), "");
}

TEST(ExpectedInput, ThoseWhoAreLookedAtAreFoundByADetector)
{
    for (const std::string element :
         {"foveaactor", "foveapose", "foveaactor method=mean motion=20"}) {
        VideoHarness harness(element);
        harness.push_range(0, 5);
        end_stream(harness);
        EXPECT_EQ(harness.warning(),
                  "no person has come, which foveadetect or foveatrack makes; put it before " +
                      element.substr(0, element.find(' ')));
    }
    for (const char *line : {"foveadetect ! foveaactor", "foveadetect ! foveaactor ! foveapose",
                             "foveaactor motion=20", "foveaactor box=0.25,0.25,0.5,0.5"}) {
        VideoHarness harness(line);
        harness.push_range(0, 5);
        end_stream(harness);
        EXPECT_EQ(harness.warning(), "") << line;
    }
}

/* foveadetect is in another pipeline, which hands over its frames. */
TEST(ExpectedInput, NothingIsMissingWhereNobodyWasFound)
{
    for (const char *element : {"foveaactor", "foveaactor crop=true", "foveapose"}) {
        VideoHarness harness(element);
        gst_harness_push(harness.get(), with_persons(harness.frame(0), {}));
        harness.push(100 * frames_a_second);
        end_stream(harness);
        EXPECT_EQ(harness.warning(), "") << element;
    }
}

TEST(ExpectedInput, AStreamWithoutAnEndIsToldAfterAMinute)
{
    for (const char *element :
         {"foveaactor", "foveaalarm", "foveaattention", "foveapose", "foveapublish"}) {
        VideoHarness harness(element);
        harness.push_range(0, 2);
        harness.push(59 * frames_a_second);
        EXPECT_EQ(harness.warning(), "") << element;
        harness.push(60 * frames_a_second);
        EXPECT_NE(harness.warning().find(std::string("put it before ") + element),
                  std::string::npos);
        harness.push(200 * frames_a_second);
        end_stream(harness);
        EXPECT_EQ(harness.warning(), "") << element << " tells it once";
    }
}

TEST(ExpectedInput, NothingIsMissingWhereItsMakerIsUpstream)
{
    VideoHarness harness("foveafeatures model=watch leaky=never ! identity ! foveaattention "
                         "model=watch ! queue ! foveaalarm model=watch ! foveapublish");
    harness.push_range(0, 2);
    for (int minute = 1; minute < 4; ++minute)
        harness.push(minute * 60 * frames_a_second);
    EXPECT_EQ(harness.warning(), "");
}

/* An application hands over frames from a pipeline to another. */
TEST(ExpectedInput, NothingIsMissingWhereItCame)
{
    VideoHarness harness("foveaalarm ! foveapublish");
    gst_harness_push(harness.get(),
                     with_activity(harness.frame(0), made_activity("normal", 0, 0.875F, 0, 1000)));
    harness.push(100 * frames_a_second);
    end_stream(harness);
    EXPECT_EQ(harness.warning(), "");
}

} // namespace

} // namespace fovea::test
