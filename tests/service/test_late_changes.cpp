// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "service/late_changes.h"

namespace fovea::test {

TEST(LateChanges, AreThoseThatARunningWatchDoesNotTake)
{
    const WatchConfig running;
    EXPECT_EQ(late_changes(running, running), "");
    WatchConfig read = running;
    read.recording.days = 7; // these it takes
    read.alarms.on = 0.9;
    read.cameras.emplace_back();
    EXPECT_EQ(late_changes(running, read), "");
    read.page.place = "other.toml:3: ";
    EXPECT_EQ(late_changes(running, read), "") << "where it is said";
    read.model = "watch";
    read.receivers.emplace_back();
    read.page.port = 8484;
    EXPECT_EQ(late_changes(running, read), "model, receiver, page");
    WatchConfig others = running;
    others.folder = "elsewhere";
    others.detector = "hog";
    others.fps = 5;
    others.motion_gate = false;
    others.learn = false;
    EXPECT_EQ(late_changes(running, others), "folder, detector, fps, motion_gate, learn");
}

} // namespace fovea::test
