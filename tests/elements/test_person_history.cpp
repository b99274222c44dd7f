// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "../lib/time_units.h"
#include "alarm/person_history.h"

namespace fovea {

namespace {

Person person_at(int id, float x)
{
    return {{x, 0, 0.1F, 0.5F}, 0.9F, id, true};
}

TEST(PersonHistory, TellsEveryTrackWhereItWasLast)
{
    PersonHistory history;
    history.add(0, {person_at(1, 0.1F), person_at(2, 0.2F)});
    history.add(1 * second, {person_at(1, 0.3F)});
    history.add(2 * second, {person_at(1, 0.5F)});
    const auto seen = history.during({0, 2 * second});
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].id, 1);
    EXPECT_FLOAT_EQ(seen[0].box.x, 0.3F) << "what comes after the window is not in it";
    EXPECT_EQ(seen[1].id, 2);
    EXPECT_TRUE(history.during({5 * second, 6 * second}).empty());
}

TEST(PersonHistory, WhoHasNoTrackIsTakenFromTheLastFrame)
{
    PersonHistory history;
    history.add(0, {person_at(-1, 0.1F), person_at(-1, 0.2F)});
    history.add(1 * second, {person_at(-1, 0.3F)});
    history.add(2 * second, {});
    const auto seen = history.during({0, 3 * second});
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_FLOAT_EQ(seen[0].box.x, 0.3F);
}

TEST(PersonHistory, ForgetsWhatIsOldAndBeginsAnewWhenTimeRunsBack)
{
    PersonHistory history;
    history.add(0, {person_at(1, 0.1F)});
    history.add(PersonHistory::kept + 1, {});
    EXPECT_TRUE(history.during({0, second}).empty());
    history.add(30 * second, {person_at(1, 0.1F)});
    history.add(0, {person_at(2, 0.1F)}); // a looped file
    EXPECT_EQ(history.during({0, 60 * second}).size(), 1U);
}

} // namespace

} // namespace fovea
