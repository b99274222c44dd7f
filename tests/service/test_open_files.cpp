// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "service/open_files.h"

namespace fovea::test {

TEST(OpenFiles, SixtyCamerasHaveEnoughWithABroker)
{
    WatchConfig config;
    config.cameras.resize(60);
    config.receivers.resize(1);
    config.receivers[0].uri = "mqtt://localhost";
    EXPECT_EQ(short_of_files(config, 1024), "");
    config.cameras.resize(70);
    EXPECT_EQ(short_of_files(config, 1024),
              "70 cameras take about 1160 descriptors, expected at most 1024, which is all that "
              "MQTT's library can use: give some of them to another fovea watch, or take another "
              "receiver");
    EXPECT_EQ(short_of_files(config, 4096), "");
}

TEST(OpenFiles, WhatIsRecordedApartTakesSomeToo)
{
    WatchConfig config;
    config.cameras.resize(60);
    for (CameraConfig &camera : config.cameras)
        camera.record_uri = "rtsp://camera.example/main";
    EXPECT_EQ(short_of_files(config, 1024),
              "60 cameras take about 1480 descriptors, expected at most 1024: raise the limit "
              "(ulimit -n, LimitNOFILE of systemd), or give some of them to another fovea watch");
}

} // namespace fovea::test
