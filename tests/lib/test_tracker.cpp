// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/detect/tracker.h"

using fovea::Nanoseconds;
using fovea::Person;
using fovea::Track;

namespace {

constexpr Nanoseconds frame_step = 100 * fovea::nanoseconds_per_millisecond;

Person person_at(float x, float width = 0.2F)
{
    return {{x, 0.1F, width, 0.5F}, 0.9F};
}

/** \brief A tracker of frames that are 100 ms apart */
class Tracker : public testing::Test
{
protected:
    std::vector<Track> update(const std::vector<Person> &persons)
    {
        time_ += frame_step;
        return tracker_.update(persons, time_);
    }

    /** \brief The ids of persons that stand still for two frames */
    std::vector<int> confirmed(const std::vector<Person> &persons)
    {
        update(persons);
        std::vector<int> ids;
        for (const Track &track : update(persons))
            ids.push_back(track.id);
        return ids;
    }

    fovea::Tracker tracker_;
    Nanoseconds time_ = 0;
};

} // namespace

TEST_F(Tracker, APersonThatMovesKeepsTheId)
{
    update({person_at(0)});
    const int id = update({person_at(0)})[0].id;
    EXPECT_GE(id, 0);
    for (int i = 1; i < 10; ++i)
        EXPECT_EQ(update({person_at(0.05F * static_cast<float>(i))})[0].id, id);
}

TEST_F(Tracker, PersonsKeepTheirOrderAndIdsFollowTheBoxes)
{
    const auto ids = confirmed({person_at(0), person_at(0.5F)});
    const auto second = update({person_at(0.52F), person_at(0.02F)});
    ASSERT_EQ(second.size(), 2U);
    EXPECT_FLOAT_EQ(second[0].box.x, 0.52F);
    EXPECT_EQ(second[0].id, ids[1]);
    EXPECT_EQ(second[1].id, ids[0]);
}

TEST_F(Tracker, TheBetterOverlapWinsWhicheverComesFirst)
{
    const int id = confirmed({person_at(0)})[0];
    const auto persons = update({person_at(0.08F), person_at(0.01F)});
    EXPECT_EQ(persons[1].id, id);
    EXPECT_NE(persons[0].id, id);
}

TEST_F(Tracker, TooLittleOverlapIsAnotherPersonUnlessItIsNear)
{
    // Boxes of 0.2 x 0.5: without overlap, 0.22 of a centre is within 0.45 heights, 0.24 is not
    const int id = confirmed({person_at(0)})[0];
    EXPECT_EQ(update({person_at(0.22F)})[0].id, id);
    tracker_.reset();
    const int other = confirmed({person_at(0)})[0];
    EXPECT_NE(update({person_at(0.24F)})[0].id, other);
}

TEST_F(Tracker, SomebodyNearOfAnotherSizeIsAnotherPerson)
{
    const int id = confirmed({person_at(0)})[0];
    const Person child = {{0.05F, 0.4F, 0.08F, 0.2F}, 0.9F}; // in the box, 0.4 times as high
    EXPECT_NE(update({child})[0].id, id);
}

TEST_F(Tracker, APersonLostFor8DetectionsKeepsTheId)
{
    const int id = confirmed({person_at(0)})[0];
    for (int i = 0; i < 8; ++i)
        EXPECT_TRUE(update({}).empty());
    EXPECT_EQ(update({person_at(0)})[0].id, id);
    for (int i = 0; i < 9; ++i)
        update({});
    EXPECT_NE(confirmed({person_at(0)})[0], id);
}

TEST_F(Tracker, SomebodyWhoWalksOnUnseenIsFoundWhereHeIsExpected)
{
    // 0.05 a frame, unseen for 6 frames: 0.35 further on, far outside 0.45 sizes of the last box
    int id = -1;
    for (int i = 0; i < 5; ++i)
        id = update({person_at(0.05F * static_cast<float>(i))})[0].id;
    for (int i = 0; i < 6; ++i)
        update({});
    EXPECT_EQ(update({person_at(0.05F * 11)})[0].id, id);
}

TEST_F(Tracker, TwoWhoCrossKeepTheirIds)
{
    std::vector<int> ids = confirmed({person_at(0.1F, 0.1F), person_at(0.72F, 0.1F)});
    for (int i = 1; i <= 12; ++i) {
        const float way = 0.05F * static_cast<float>(i);
        const auto persons = update({person_at(0.1F + way, 0.1F), person_at(0.72F - way, 0.1F)});
        EXPECT_EQ(persons[0].id, ids[0]) << "frame " << i;
        EXPECT_EQ(persons[1].id, ids[1]) << "frame " << i;
    }
}

TEST_F(Tracker, AnErrorOfOneFrameHasNoId)
{
    EXPECT_EQ(update({person_at(0)})[0].id, -1);
    update({});
    update({});
    EXPECT_EQ(confirmed({person_at(0.5F)})[0], 0) << "no id was spent on it";
}

TEST_F(Tracker, ATrackTellsItsVelocityAndWhereThePersonWillBe)
{
    Track track;
    for (int i = 0; i < 5; ++i) // 0.03 in 0.1 s
        track = update({person_at(0.03F * static_cast<float>(i))})[0];
    EXPECT_NEAR(track.velocity_x, 0.3F, 1e-5F);
    EXPECT_NEAR(track.velocity_y, 0, 1e-5F);
    EXPECT_EQ(track.sightings, 5);
    EXPECT_EQ(track.missed, 0);
    EXPECT_NEAR(box_at(track, time_).x, 0.12F, 1e-5F);
    EXPECT_NEAR(box_at(track, time_ + frame_step).x, 0.15F, 1e-5F) << "predicted";
    EXPECT_NEAR(box_at(track, time_ + 3600 * fovea::nanoseconds_per_second).x, 0.42F, 1e-5F)
        << "for a second at most";
}

TEST_F(Tracker, IdsAreNeverUsedAgain)
{
    const auto before = confirmed({person_at(0), person_at(0.5F)});
    tracker_.reset();
    const int after = confirmed({person_at(0)})[0];
    EXPECT_NE(after, before[0]);
    EXPECT_NE(after, before[1]);
}
