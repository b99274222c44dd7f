// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/core/errors.h"
#include "fovea/train/data/frame_file.h"
#include "i420_picture.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

/** \brief All pixels of one luma value */
auto grey(int luma)
{
    return [luma](int, int) { return luma; };
}

TEST(FrameFile, GivesBackFramesAndPersons)
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "a.frames";
    {
        FrameFileWriter writer(file, {{6, 4}, 12.5, {}});
        Person person;
        person.box = {0.25F, 0.5F, 0.125F, 0.25F};
        person.confidence = 0.75F;
        writer.add(I420Picture({6, 4}).filled(grey(20)), {});
        writer.add(I420Picture({6, 4}).filled(grey(200)), {person});
        EXPECT_FALSE(std::filesystem::exists(file)) << "not before it is whole";
        writer.commit();
    }
    const FrameFile video(file);
    EXPECT_EQ(video.frames(), 2);
    EXPECT_DOUBLE_EQ(video.fps(), 12.5);
    EXPECT_DOUBLE_EQ(video.duration(), 0.16);
    EXPECT_EQ(video.frame(0).planes[0][23], 20);
    EXPECT_EQ(video.frame(1).planes[0][0], 200);
    EXPECT_EQ(video.frame(1).planes[2][5], 128);
    EXPECT_TRUE(video.persons(0).empty());
    ASSERT_EQ(video.persons(1).size(), 1U);
    EXPECT_FLOAT_EQ(video.persons(1)[0].box.width, 0.125F);
    EXPECT_FLOAT_EQ(video.persons(1)[0].confidence, 0.75F);
}

TEST(FrameFile, KeepsPicturesOfSomeFramesAndPersonsOfAll)
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "a.frames";
    {
        FrameFileWriter writer(file, {{6, 4}, 25, {}});
        writer.add(I420Picture({6, 4}).filled(grey(20)), {Person()}, /*keep=*/false);
        writer.add(I420Picture({6, 4}).filled(grey(30)), {});
        writer.add(I420Picture({6, 4}).filled(grey(40)), {}, /*keep=*/false);
        writer.add(I420Picture({6, 4}).filled(grey(50)), {Person(), Person()});
        writer.commit();
    }
    const FrameFile video(file);
    EXPECT_EQ(video.frames(), 4);
    EXPECT_EQ(video.frame(1).planes[0][0], 30);
    EXPECT_EQ(video.frame(3).planes[0][23], 50);
    EXPECT_EQ(video.persons(0).size(), 1U);
    EXPECT_EQ(video.persons(3).size(), 2U);
    EXPECT_EQ(error_of([&] { video.frame(2); }),
              "frame file '" + file.string() +
                  "': keeps 2 pictures of 4 frames, but not that of frame 2; remove it");
    EXPECT_THROW(video.frame(4), Error);
    EXPECT_THROW(video.frame(-1), Error);
}

TEST(FrameFile, ATruncatedFileIsRefused)
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "a.frames";
    {
        FrameFileWriter writer(file, {{6, 4}, 12.5, {}});
        writer.add(I420Picture({6, 4}).filled(grey(20)), {});
        writer.commit();
    }
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 9);
    EXPECT_THROW(FrameFile{file}, Error);
    EXPECT_THROW(FrameFile{folder.write("empty.frames")}, Error);
    EXPECT_THROW(FrameFile{folder.path() / "none.frames"}, Error);
}

TEST(FrameFile, WrongFramesAreRefused)
{
    const TemporaryFolder folder;
    EXPECT_THROW(FrameFileWriter(folder.path() / "a", {{5, 4}, 25, {}}), Error);
    FrameFileWriter writer(folder.path() / "b", {{6, 4}, 25, {}});
    EXPECT_THROW(writer.add(I420Picture({4, 4}).filled(grey(0)), {}), Error);
    EXPECT_THROW(writer.commit(), Error) << "a video without a frame";
}

} // namespace

} // namespace fovea
