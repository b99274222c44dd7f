// SPDX-License-Identifier: MIT
#include <chrono>
#include <filesystem>
#include <string>

#include <glib.h>

#include <gtest/gtest.h>

#include "../lib/few_threads.h"
#include "../lib/temporary_folder.h"
#include "fovea/bundle/bundle.h"
#include "service/camera_watch.h"

namespace fovea::test {

namespace {

struct StartListener final : public CameraListener {
    void on_alarm(const std::string &, const AlarmNews &) override {}

    void on_peak(const std::string &, const AlarmNews &) override {}

    void on_window(const std::string &, const WindowNews &) override {}

    void on_camera(const std::string &, const CameraNews &news) override
    {
        if (news.reason == pipeline_reason)
            why = news.text;
        else if (!news.reason.empty())
            came_up = true; // its camera is not there, which its pipeline tells
    }

    void on_clip(const std::string &, const ClipNews &) override {}

    std::string why;
    bool came_up = false;
};

CameraConfig door()
{
    CameraConfig camera;
    camera.name = "door";
    camera.uri = "/nowhere/video.mp4";
    return camera;
}

bool comes_up(const StartListener &listener)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60); // a hang
    while (!listener.came_up && std::chrono::steady_clock::now() < end)
        g_main_context_iteration(nullptr, TRUE);
    return listener.came_up;
}

} // namespace

/* GStreamer, that was given none, waited for ever, and the main loop for it */
TEST(LateStart, ACameraForWhichThereAreNoThreadsIsTriedAgain)
{
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the sanitizer takes its own memory";
#endif
    WatchConfig config;
    config.model = "watch";
    config.detector = "hog";
    StartListener listener;
    CameraWatch watch(config, door(), "", &listener);
    {
        const FewThreads few;
        watch.start();
    }
    EXPECT_NE(listener.why.find("more threads, of which"), std::string::npos) << listener.why;
    EXPECT_NE(listener.why.find("allow more processes or memory"), std::string::npos);
    EXPECT_FALSE(listener.came_up);
    EXPECT_TRUE(comes_up(listener));
}

TEST(LateStart, AModelThatIsAwayWhenACameraStartsIsTriedAgain)
{
    const TemporaryFolder folder;
    const std::filesystem::path model = folder.path() / "model";
    const auto away = folder.path() / "away";
    std::filesystem::copy(Bundle::open("watch").folder(), model,
                          std::filesystem::copy_options::recursive);
    WatchConfig config;
    config.model = model.string();
    config.detector = "hog";
    StartListener listener;
    CameraWatch watch(config, door(), "", &listener);
    std::filesystem::rename(model, away);
    watch.start_or_later();
    EXPECT_NE(listener.why.find("is not there"), std::string::npos) << listener.why;
    EXPECT_FALSE(watch.stats().up);
    std::filesystem::rename(away, model);
    EXPECT_TRUE(comes_up(listener));
}

} // namespace fovea::test
