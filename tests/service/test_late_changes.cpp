// SPDX-License-Identifier: MIT
#include <string>

#include <gio/gio.h>

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
    const auto with_receiver = [](const std::string &ca_file) {
        WatchConfig config;
        config.receivers.push_back({"https://house", "", "", ca_file});
        return config;
    };
    EXPECT_EQ(late_changes(with_receiver("a.pem"), with_receiver("a.pem")), "");
    EXPECT_EQ(late_changes(with_receiver("a.pem"), with_receiver("b.pem")), "receiver");
    WatchConfig guarded = running;
    guarded.page.token_file = "token";
    EXPECT_EQ(late_changes(running, guarded), "page");
    WatchConfig others = running;
    others.folder = "elsewhere";
    others.detector = "hog";
    others.fps = 5;
    others.motion_gate = false;
    others.learn = false;
    EXPECT_EQ(late_changes(running, others), "folder, detector, fps, motion_gate, learn");
}

TEST(LateChanges, SayWhetherTheNextStartWouldBeRefused)
{
    WatchConfig running;
    running.model = "watch";
    running.detector = "hog";
    WatchConfig read = running;
    EXPECT_EQ(told_of_restart(running, read), "");
    read.fps = 5; // its own port and folder are no reason
    EXPECT_EQ(told_of_restart(running, read), "; changed with a restart alone: fps");
    WatchConfig guarded = running;
    guarded.page.token_file = "/nowhere/token";
    EXPECT_EQ(told_of_restart(running, guarded),
              "; page would change with a restart, which is refused: page.token_file "
              "'/nowhere/token' cannot be read: No such file or directory");
    WatchConfig moved = running;
    moved.folder = "/dev/null/watch";
    EXPECT_EQ(told_of_restart(running, moved)
                  .find("; folder would change with a restart, which "
                        "is refused: expected a folder that can be "),
              0U);
}

TEST(LateChanges, APortThatIsTakenWouldRefuseTheNextStart)
{
    g_autoptr(GSocketService) other = g_socket_service_new();
    WatchConfig running;
    running.model = "watch";
    running.detector = "hog";
    WatchConfig read = running;
    read.page.port =
        g_socket_listener_add_any_inet_port(G_SOCKET_LISTENER(other), nullptr, nullptr);
    ASSERT_GT(read.page.port, 0);
    EXPECT_NE(told_of_restart(running, read)
                  .find("page would change with a restart, which is refused: the "
                        "page cannot be served at "),
              std::string::npos);
}

} // namespace fovea::test
