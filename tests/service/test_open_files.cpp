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
    EXPECT_EQ(
        short_of_files(config, 1024),
        "70 cameras take about 1160 descriptors, expected at most 1024, which is all that "
        "MQTT's library can use: take another receiver, or give some of them to another fovea "
        "watch");
    EXPECT_EQ(short_of_files(config, 4096), "");
}

TEST(OpenFiles, WhatIsRecordedApartTakesSomeToo)
{
    WatchConfig config;
    config.cameras.resize(60);
    for (CameraConfig &camera : config.cameras)
        camera.record_uri = "rtsp://camera.example/main";
    EXPECT_EQ(short_of_files(config, 1024),
              "60 cameras take about 1480 descriptors, expected at most 1024: raise the hard limit "
              "(ulimit -Hn, LimitNOFILE of the unit), or give some of them to another fovea watch");
}

TEST(OpenFiles, OneCameraIsToldAsOne)
{
    WatchConfig config;
    config.cameras.resize(1);
    EXPECT_EQ(short_of_files(config, 55),
              "1 camera takes about 56 descriptors, expected at most 55: raise the hard limit "
              "(ulimit -Hn, LimitNOFILE of the unit)");
    EXPECT_EQ(short_of_files(config, 56), "");
}

} // namespace fovea::test
