// SPDX-License-Identifier: MIT
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/store/file_copy.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

std::string content(const std::filesystem::path &file)
{
    std::stringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

TEST(FileCopy, HasEveryByteAndNoneOfTheFileBefore)
{
    const TemporaryFolder folder;
    const std::string bytes = std::string(3'000'000, '\0') + "end";
    const auto to = folder.write("to", std::string(4'000'000, 'x'));
    copy_bytes(folder.write("from", bytes), to);
    EXPECT_EQ(content(to), bytes);
    copy_bytes(folder.write("empty", ""), to);
    EXPECT_EQ(std::filesystem::file_size(to), 0U);
}

TEST(FileCopy, SaysWhatIsWrongWithWhich)
{
    const TemporaryFolder folder;
    const auto file = folder.write("from", "bytes");
    EXPECT_EQ(error_of([&] { copy_bytes(file, "/dev/full"); }, Error::Kind::CannotWrite),
              "cannot write '/dev/full': No space left on device; free some space or choose "
              "another place");
    EXPECT_NE(error_of([&] { copy_bytes(folder.path() / "none", file); }, Error::Kind::NotFound)
                  .find("/none': No such file or directory"),
              std::string::npos);
    EXPECT_NE(error_of([&] { copy_bytes(folder.path(), file); }, Error::Kind::NotFound)
                  .find("Is a directory"),
              std::string::npos);
}

} // namespace

} // namespace fovea
