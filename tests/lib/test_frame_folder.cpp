// SPDX-License-Identifier: MIT
#include <string>

#include <gtest/gtest.h>

#include "fovea/video/frame_folder.h"
#include "temporary_folder.h"

namespace fovea {

TEST(FrameFolder, IsAVideoOfNumberedPictures)
{
    const TemporaryFolder folder;
    for (const char *name : {"00001.jpg", "00002.jpg", "00003.jpg", "00005.jpg", "notes.txt"})
        folder.write("v/" + std::string(name));
    const auto frames = frame_folder(folder.path() / "v");
    ASSERT_TRUE(frames.has_value());
    EXPECT_EQ(frames->pattern, "%05d.jpg");
    EXPECT_EQ(frames->first, 1);
    EXPECT_EQ(frames->frames, 3) << "up to the gap";
    EXPECT_EQ(frames->left_out, 1U);
    EXPECT_DOUBLE_EQ(frames->fps, 25);
    folder.write("fps", "12\n");
    EXPECT_DOUBLE_EQ(frame_folder(folder.path() / "v")->fps, 12) << "of the folder above";
    folder.write("v/fps", "29.97");
    EXPECT_DOUBLE_EQ(frame_folder(folder.path() / "v")->fps, 29.97);
    folder.write("v/fps", "1e-300"); // a frame of more than all time is none
    EXPECT_DOUBLE_EQ(frame_folder(folder.path() / "v")->fps, 12);
    folder.write("50%_0000.jpg");
    EXPECT_EQ(frame_folder(folder.path())->pattern, "50%%_%04d.jpg");
}

TEST(FrameFolder, AnotherFolderIsNone)
{
    const TemporaryFolder folder;
    folder.write("empty/README");
    folder.write("pictures/cat.jpg");
    EXPECT_FALSE(is_frame_folder(folder.path() / "empty"));
    EXPECT_FALSE(is_frame_folder(folder.path() / "pictures"));
    EXPECT_FALSE(is_frame_folder(folder.path() / "pictures/cat.jpg"));
    EXPECT_FALSE(is_frame_folder(folder.path() / "nothing"));
}

} // namespace fovea
