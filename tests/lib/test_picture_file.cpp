// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/video/picture_file.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

std::string bytes(const char *text, std::size_t count)
{
    return {text, count};
}

/** \brief A JPEG by its markers (ITU-T T.81): a comment that holds an end, a scan with a stuffed and a restart byte */
std::string jpeg(const std::string &segment = "")
{
    return bytes("\xFF\xD8\xFF\xFE\0\6\xFF\xD9\xFF\xD8", 10) + segment +
           bytes("\xFF\xDA\0\2coded\xFF\0\xFF\xD1more\xFF\xD9", 19);
}

std::string png(const std::string &chunk)
{
    return bytes("\x89PNG\r\n\x1A\n\0\0\0\2IHDR..sum.", 22) + chunk +
           bytes("\0\0\0\1IDAT.sum.", 13);
}

TEST(PictureFile, AnAnimationIsKnownByItsFirstBytes)
{
    const TemporaryFolder folder;
    EXPECT_EQ(animation_kind(folder.write("a.mp4", "GIF89a...")), "GIF");
    EXPECT_EQ(animation_kind(folder.write("c.gif", "GIF")), "");
    EXPECT_EQ(animation_kind(folder.path() / "absent.gif"), "");

    const std::string control = bytes("\0\0\0\1acTL.sum.", 13);
    EXPECT_EQ(animation_kind(folder.write("a.png", png(control))), "animated PNG");
    EXPECT_EQ(animation_kind(folder.write("b.png", png(""))), "");
    EXPECT_EQ(animation_kind(folder.write("c.png", png("") + control)), "") << "behind the picture";
    EXPECT_EQ(animation_kind(folder.write("d.png", png(control).substr(0, 25))), "");

    const std::string web = bytes("RIFF....WEBPVP8X\12\0\0\0", 20);
    EXPECT_EQ(animation_kind(folder.write("a.webp", web + "\x12")), "animated WebP");
    EXPECT_EQ(animation_kind(folder.write("b.webp", web + "\x10")), "");
    EXPECT_EQ(animation_kind(folder.write("c.webp", web)), "");
}

TEST(PictureFile, MotionJpegIsPicturesOneBehindTheOther)
{
    const TemporaryFolder folder;
    EXPECT_TRUE(is_motion_jpeg(folder.write("two.mjpeg", jpeg() + jpeg())));
    EXPECT_TRUE(is_motion_jpeg(folder.write("cut.mjpeg", jpeg() + jpeg().substr(0, 2))));
    EXPECT_FALSE(is_motion_jpeg(folder.write("one.jpg", jpeg())));
    EXPECT_FALSE(is_motion_jpeg(folder.write("part.jpg", jpeg().substr(0, 20))));
    EXPECT_FALSE(is_motion_jpeg(folder.write("phone.jpg", jpeg() + "ftypmp42")))
        << "a video behind";
    const std::string index = bytes("\xFF\xE2\0\6MPF\0", 8);
    EXPECT_FALSE(is_motion_jpeg(folder.write("depth.jpg", jpeg(index) + jpeg())));
    EXPECT_FALSE(is_motion_jpeg(folder.write("empty.jpg", "")));
    EXPECT_FALSE(is_motion_jpeg(folder.path() / "absent.jpg"));
}

} // namespace

} // namespace fovea
