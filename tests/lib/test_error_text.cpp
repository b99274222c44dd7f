// SPDX-License-Identifier: MIT
#include <stdexcept>

#include <gtest/gtest.h>

#include "fovea/core/error_text.h"
#include "fovea/core/errors.h"

namespace fovea {
namespace {

TEST(ErrorText, IsOneLine)
{
    EXPECT_EQ(error_text(Error(Error::Kind::Settings, "'a.mp4' is empty")), "'a.mp4' is empty");
    EXPECT_EQ(error_text(std::runtime_error("sizes must match\nException raised from copy_ at")),
              "sizes must match");
}

/* "std::bad_alloc" says nothing to who set a limit */
TEST(ErrorText, SaysThatMemoryRanOutHoweverThatIsSaid)
{
    const std::string told = "no memory is left; allow more (ulimit -v, the limits of a "
                             "container), or do less at once";
    EXPECT_EQ(error_text(std::bad_alloc()), told);
    // of LibTorch 1.13 and of OpenCV 4.6
    EXPECT_EQ(error_text(std::runtime_error(
                  "[enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: can't "
                  "allocate memory: you tried to allocate 100 bytes. Error code 12")),
              told);
    EXPECT_EQ(error_text(std::runtime_error(
                  "OpenCV(4.6.0) ./modules/core/src/alloc.cpp:73: error: (-4:Insufficient memory) "
                  "Failed to allocate 921600 bytes in function 'OutOfMemoryError'\n")),
              told);
}

} // namespace
} // namespace fovea
