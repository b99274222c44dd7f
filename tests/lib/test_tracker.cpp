#include <gtest/gtest.h>

#include "fovea/detect/tracker.h"

using fovea::IouTracker;
using fovea::Person;

namespace {

Person person_at(float x, float width = 0.2F)
{
    return {{x, 0.1F, width, 0.5F}, 0.9F};
}

} // namespace

TEST(IouTracker, APersonThatMovesKeepsTheId)
{
    IouTracker tracker({});
    const int id = tracker.update({person_at(0)})[0].id;
    EXPECT_GE(id, 0);
    for (int step = 1; step < 10; ++step)
        EXPECT_EQ(tracker.update({person_at(0.05F * static_cast<float>(step))})[0].id, id);
}

TEST(IouTracker, PersonsKeepTheirOrderAndIdsFollowTheBoxes)
{
    IouTracker tracker({});
    const auto first = tracker.update({person_at(0), person_at(0.5F)});
    const auto second = tracker.update({person_at(0.52F), person_at(0.02F)});
    ASSERT_EQ(second.size(), 2U);
    EXPECT_FLOAT_EQ(second[0].box.x, 0.52F);
    EXPECT_EQ(second[0].id, first[1].id);
    EXPECT_EQ(second[1].id, first[0].id);
}

TEST(IouTracker, TheBetterOverlapWinsWhicheverComesFirst)
{
    IouTracker tracker({});
    const int id = tracker.update({person_at(0)})[0].id;
    const auto persons = tracker.update({person_at(0.08F), person_at(0.01F)});
    EXPECT_EQ(persons[1].id, id);
    EXPECT_NE(persons[0].id, id);
}

TEST(IouTracker, TooLittleOverlapIsAnotherPerson)
{
    // Moved by 0.12 of 0.2: IoU 0.08 / 0.32 = 0.25, under 0.3
    IouTracker tracker({});
    const int id = tracker.update({person_at(0)})[0].id;
    EXPECT_NE(tracker.update({person_at(0.12F)})[0].id, id);
}

TEST(IouTracker, APersonLostForMaxMissedDetectionsKeepsTheId)
{
    IouTracker::Options options;
    options.max_missed = 3;
    IouTracker tracker(options);
    const int id = tracker.update({person_at(0)})[0].id;
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(tracker.update({}).empty());
    EXPECT_EQ(tracker.update({person_at(0)})[0].id, id);
    for (int i = 0; i < 4; ++i)
        tracker.update({});
    EXPECT_NE(tracker.update({person_at(0)})[0].id, id);
}

TEST(IouTracker, IdsAreNeverUsedAgain)
{
    IouTracker tracker({});
    const auto before = tracker.update({person_at(0), person_at(0.5F)});
    tracker.reset();
    const int after = tracker.update({person_at(0)})[0].id;
    EXPECT_NE(after, before[0].id);
    EXPECT_NE(after, before[1].id);
}
