// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/mount.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include "fovea/core/errors.h"

namespace fovea {

/** \brief A folder to write into, over which a small disk may be mounted */
class Output : public testing::Test
{
protected:
    void SetUp() override
    {
        std::string name = testing::TempDir() + "fovea-output-XXXXXX";
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
    }

    void TearDown() override
    {
        if (mounted_)
            umount(folder_.c_str());
        std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
        std::filesystem::remove_all(folder_);
    }

    /* A small disk over the folder; false where this may not be done */
    bool mount_small_disk(const char *size = "size=64k")
    {
        mounted_ = mount("tmpfs", folder_.c_str(), "tmpfs", 0, size) == 0;
        return mounted_;
    }

    void fill_disk() const
    {
        std::ofstream filler(folder_ / "filler", std::ios::binary);
        while (filler << std::string(4096, 'x') && filler.flush()) {
        }
    }

    static std::string content(const std::filesystem::path &file)
    {
        std::ostringstream text;
        text << std::ifstream(file).rdbuf();
        return text.str();
    }

    template <typename Work>
    static std::string error_of(Work &&work)
    {
        try {
            work();
        } catch (const Error &error) {
            EXPECT_EQ(error.kind(), Error::Kind::CannotWrite);
            return error.what();
        }
        return "no error";
    }

    std::ptrdiff_t files() const
    {
        return std::distance(std::filesystem::directory_iterator(folder_),
                             std::filesystem::directory_iterator());
    }

    std::filesystem::path folder_;
    bool mounted_ = false;
};

} // namespace fovea
