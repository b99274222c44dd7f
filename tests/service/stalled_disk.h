// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <sys/stat.h>
#include <thread>

#include <glib.h>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "fovea/core/descriptor.h"

namespace fovea::test {

/** \brief A disk that takes nothing at first: a pipe in place of a clip's part, which nobody reads */
class StalledDisk
{
public:
    explicit StalledDisk(const std::filesystem::path &part)
        : made_(mkfifo(part.c_str(), 0600) ==
                0), // read too: else whoever writes waits for a reader
          pipe_(open(part.c_str(), O_RDWR | O_NONBLOCK))
    {
        EXPECT_TRUE(made_ && pipe_.number >= 0);
    }

    ~StalledDisk()
    {
        is_over_ = true;
        if (reader_.joinable())
            reader_.join();
    }

    StalledDisk(const StalledDisk &) = delete;
    StalledDisk &operator=(const StalledDisk &) = delete;

    /** \brief Until whoever writes more waits */
    void wait_full() const
    {
        pollfd asked = {pipe_.number, POLLOUT, 0};
        for (int i = 0; i < 6000 && poll(&asked, 1, 0) > 0; ++i)
            g_usleep(10'000);
        EXPECT_EQ(poll(&asked, 1, 0), 0);
    }

    /** \brief So many bytes, and what fits into the pipe */
    void take(std::size_t most) const
    {
        std::array<char, 4096> bytes{};
        for (std::size_t taken = 0; taken < most;) {
            const ssize_t count = read(pipe_.number, bytes.data(), bytes.size());
            if (count > 0)
                taken += static_cast<std::size_t>(count);
            else
                g_usleep(1000);
        }
        wait_full();
    }

    void go_on()
    {
        reader_ = std::thread([this] {
            std::array<char, 65536> bytes{};
            while (!is_over_)
                if (read(pipe_.number, bytes.data(), bytes.size()) <= 0)
                    g_usleep(1000);
        });
    }

private:
    bool made_;
    Descriptor pipe_;
    std::atomic<bool> is_over_ = false;
    std::thread reader_;
};

} // namespace fovea::test
