// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "fovea/bundle/cache_folder.h"

namespace {

TEST(CacheFolder, IsTheOneAskedForElseThatOfTheDesktopElseThatOfTheHome)
{
    const char *home = std::getenv("HOME");
    const std::string kept = home == nullptr ? "" : home;
    unsetenv("FOVEA_CACHE");
    setenv("HOME", "/home/somebody", 1);
    unsetenv("XDG_CACHE_HOME");
    EXPECT_EQ(fovea::cache_folder(), "/home/somebody/.cache/fovea");
    setenv("XDG_CACHE_HOME", "/var/caches", 1);
    EXPECT_EQ(fovea::cache_folder(), "/var/caches/fovea");
    setenv("XDG_CACHE_HOME", "not/absolute", 1); // to be ignored, says the specification
    EXPECT_EQ(fovea::cache_folder(), "/home/somebody/.cache/fovea");
    setenv("FOVEA_CACHE", "/elsewhere", 1);
    EXPECT_EQ(fovea::cache_folder(), "/elsewhere");
    unsetenv("FOVEA_CACHE");
    unsetenv("XDG_CACHE_HOME");
    setenv("HOME", kept.c_str(), 1);
}

} // namespace
