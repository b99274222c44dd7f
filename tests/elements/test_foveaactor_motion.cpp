// SPDX-License-Identifier: MIT
#include <optional>

#include "passing_element.h"

namespace fovea::test {

namespace {

/** \brief The actor of a frame of the harness, in which a bright square moves, with somebody of a score everywhere */
std::optional<FoveaBox> actor_of(VideoHarness &harness, guint64 frame, float score)
{
    constexpr FoveaBox everything = {0, 0, 1, 1};
    GstBuffer *in = with_persons(harness.frame(frame), {made_person(everything, 1, score)});
    EXPECT_EQ(gst_harness_push(harness.get(), in), GST_FLOW_OK);
    const auto out = harness.pull();
    const FoveaMeta *meta = fovea_meta_get(out.get());
    return meta->has_actor ? std::optional(meta->actor) : std::nullopt;
}

} // namespace

TEST(FoveaActorMotion, IsNotExplainedByAPersonUnderTheMinScore)
{
    for (const float score : {0.9F, 0.4F}) {
        VideoHarness harness("foveaactor margin=1 motion=20");
        actor_of(harness, 0, score);
        const auto actor = actor_of(harness, 3, score);
        ASSERT_TRUE(actor) << score;
        EXPECT_EQ(actor->height < 0.9F, score < 0.5F) << score << ": the movement alone";
    }
}

TEST(FoveaActorMotion, IsNothingToTheMeanOfPersons)
{
    VideoHarness harness("foveaactor method=mean motion=20");
    actor_of(harness, 0, 0.4F);
    EXPECT_FALSE(actor_of(harness, 3, 0.4F));
}

} // namespace fovea::test
