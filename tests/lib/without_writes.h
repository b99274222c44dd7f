// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <unistd.h>

namespace fovea::test {

/** \brief A folder that this process may read, not write to: as another user where it is root */
class WithoutWrites
{
public:
    explicit WithoutWrites(std::filesystem::path folder) : folder_(std::move(folder))
    {
        using std::filesystem::perms;
        constexpr perms looked_into = perms::owner_read | perms::owner_exec | perms::group_read |
                                      perms::group_exec | perms::others_read | perms::others_exec;
        std::filesystem::permissions(folder_.parent_path(), perms::owner_all | looked_into);
        for (const auto &file : std::filesystem::directory_iterator(folder_))
            std::filesystem::permissions(file.path(), perms::owner_all | looked_into);
        std::filesystem::permissions(folder_, looked_into);
        become_another();
    }

    ~WithoutWrites()
    {
        become_oneself();
        std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
    }

    WithoutWrites(const WithoutWrites &) = delete;
    WithoutWrites &operator=(const WithoutWrites &) = delete;

    /** \brief Writes a file into it all the same */
    void put(const std::filesystem::path &file, const std::string &text) const
    {
        become_oneself();
        std::filesystem::permissions(folder_, std::filesystem::perms::owner_write,
                                     std::filesystem::perm_options::add);
        std::ofstream(file) << text;
        std::filesystem::permissions(folder_, std::filesystem::perms::owner_write,
                                     std::filesystem::perm_options::remove);
        become_another();
    }

private:
    void become_another() const
    {
        constexpr uid_t nobody = 65534;
        if (oneself_ == 0) {
            EXPECT_EQ(seteuid(nobody), 0);
        }
    }

    void become_oneself() const
    {
        if (oneself_ == 0) {
            EXPECT_EQ(seteuid(oneself_), 0);
        }
    }

    std::filesystem::path folder_;
    uid_t oneself_ = geteuid();
};

} // namespace fovea::test
