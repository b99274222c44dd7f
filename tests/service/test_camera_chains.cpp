// SPDX-License-Identifier: MIT
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "service/camera_chains.h"

namespace fovea::test {

namespace {

std::map<std::string, std::string> properties_of(const CameraConfig &camera)
{
    const Stage stage = camera_stage(camera, "rtsp://door/main");
    return {stage.properties.begin(), stage.properties.end()};
}

} // namespace

TEST(CameraChains, WhatIsSaidOfACameraIsSaidToItsElementInMilliseconds)
{
    CameraConfig camera;
    camera.timeout = 20.5;
    camera.frozen_timeout = 0;
    camera.check_picture = false;
    auto properties = properties_of(camera);
    EXPECT_EQ(properties["uri"], "rtsp://door/main");
    EXPECT_EQ(properties["timeout"], "20500");
    EXPECT_EQ(properties["frozen-timeout"], "0");
    EXPECT_EQ(properties["check-picture"], "false");
}

TEST(CameraChains, WhatIsNotSaidIsAsTheElementHasIt)
{
    const auto properties = properties_of(CameraConfig());
    EXPECT_EQ(properties.count("timeout"), 0U);
    EXPECT_EQ(properties.count("frozen-timeout"), 0U);
}

} // namespace fovea::test
