// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

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
    if (const passwd *user = getpwuid(geteuid())) { // not so where a container has made one up
        const std::string listed = std::string(user->pw_dir) + "/.cache/fovea";
        unsetenv("HOME");
        EXPECT_EQ(fovea::cache_folder(), listed);
        setenv("HOME", "", 1);
        EXPECT_EQ(fovea::cache_folder(), listed);
    }
    setenv("HOME", kept.c_str(), 1);
}

} // namespace
