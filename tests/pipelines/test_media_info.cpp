// SPDX-License-Identifier: MIT
#include <string>

#include <gtest/gtest.h>

#include "../lib/temporary_folder.h"
#include "command.h"
#include "fovea/core/errors.h"
#include "media/media_info.h"

namespace fovea::test {

/* Each is read, and its demuxer done, while decodebin still adds that, or not */
TEST(MediaInfo, AFileThatEndsBeforeAStreamIsToldAtOnceHoweverOftenItIsLookedInto)
{
    const TemporaryFolder folder;
    const auto file = fovea_test::made_by("videotestsrc num-buffers=2 ! jpegenc ! avimux",
                                          folder.path() / "a.avi");
    std::filesystem::resize_file(file, 32); // within its first header
    for (int i = 0; i < 30; ++i) {
        try {
            media_info(file);
            FAIL() << "no error";
        } catch (const Error &error) {
            const std::string told = error.what();
            EXPECT_NE(told.find("cannot be decoded (damaged, cut short, or no video)"), told.npos)
                << told;
            ASSERT_EQ(told.find("within 30 s"), told.npos) << "in round " << i;
        }
    }
}

TEST(MediaInfo, AFileBehindAnotherIsTold)
{
    const TemporaryFolder folder;
    for (const std::string muxer : {"matroskamux", "qtmux", "avimux"}) {
        const auto file = fovea_test::made_by("videotestsrc num-buffers=2 ! jpegenc ! " + muxer,
                                              folder.path() / "whole");
        EXPECT_TRUE(media_info(file).notes.empty());
        const std::string whole = fovea_test::read_text(file);
        fovea_test::write_text(folder.path() / "both", whole + whole);
        const auto notes = media_info(folder.path() / "both").notes;
        ASSERT_EQ(notes.size(), 1U) << muxer;
        EXPECT_NE(notes.front().find("its " + std::to_string(whole.size()) + " bytes are not read"),
                  std::string::npos)
            << notes.front();
    }
}

TEST(MediaInfo, ALinkThatLeadsBackToItselfIsNotSaidToBeMissing)
{
    const TemporaryFolder folder;
    std::filesystem::create_symlink("b.mp4", folder.path() / "a.mp4");
    std::filesystem::create_symlink("a.mp4", folder.path() / "b.mp4");
    try {
        media_info(folder.path() / "a.mp4");
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.what(), "'" + (folder.path() / "a.mp4").string() +
                                    "' is a link that leads back to itself; correct it");
    }
}

} // namespace fovea::test
