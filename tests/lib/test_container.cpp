// SPDX-License-Identifier: MIT
#include <cstdint>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "fovea/video/container.h"
#include "mp4_boxes.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

/** \brief The index of a file with one track; \param kind "vide" or "soun" */
std::string index_of(const std::string &kind)
{
    const std::string eight_zeros(8, '\0'); // version, flags and a field that is not used
    return box("moov", box("trak", box("mdia", box("hdlr", eight_zeros + kind))));
}

/** \brief A chunk of an AVI: type, 4 bytes of size, little endian, and what it holds, to an even number */
std::string chunk(const std::string &type, const std::string &content)
{
    const std::size_t size = content.size();
    const std::string bytes = {static_cast<char>(size), static_cast<char>(size >> 8U), 0, 0};
    return type + bytes + content + std::string(size % 2, '\0');
}

/** \brief An AVI of two tracks and the chunks of its list of pictures and sound */
std::string avi_of(const std::string &first, const std::string &second, const std::string &chunks)
{
    const std::string tracks = chunk("LIST", "strl" + chunk("strh", first + "H264")) +
                               chunk("LIST", "strl" + chunk("strh", second + "\0\0\0\0"));
    const std::string lists =
        chunk("LIST", "hdrl" + tracks) + chunk("JUNK", "odd") + chunk("LIST", "movi" + chunks);
    return chunk("RIFF", "AVI " + lists);
}

} // namespace

TEST(Container, AnMp4IsAskedForAVideoTrackWhereverItsIndexStands)
{
    const TemporaryFolder folder;
    const std::string media = box("mdat", std::string(1000, 'x'));
    EXPECT_TRUE(mp4_has_video_track(folder.write("front.mp4", index_of("vide") + media)));
    EXPECT_TRUE(mp4_has_video_track(folder.write("behind.mp4", media + index_of("vide"))));
    EXPECT_FALSE(mp4_has_video_track(folder.write("sound.mp4", media + index_of("soun"))));
}

TEST(Container, WhatIsNoMp4HasNoVideoTrack)
{
    const TemporaryFolder folder;
    EXPECT_FALSE(mp4_has_video_track(folder.write("empty.mp4")));
    EXPECT_FALSE(mp4_has_video_track(folder.write("zeros.mp4", std::string(64, '\0'))));
    EXPECT_FALSE(mp4_has_video_track(folder.write("cut.mp4", index_of("vide").substr(0, 20))));
}

TEST(Container, AnMp4ThatEndsBeforeItsIndexLacksIt)
{
    const TemporaryFolder folder;
    const std::string type = box("ftyp", "isom0000mp42");
    const std::string media = box("mdat", std::string(1000, 'x'));
    const std::string to_the_end = std::string(4, '\0') + "mdat" + std::string(1000, 'x');
    EXPECT_TRUE(mp4_lacks_index(folder.write("cut.mp4", (type + media).substr(0, 500))));
    EXPECT_TRUE(mp4_lacks_index(folder.write("type.mp4", type)));
    EXPECT_TRUE(mp4_lacks_index(folder.write("open.mp4", type + to_the_end)));
    EXPECT_TRUE(mp4_lacks_index(folder.write("within.mp4", type + index_of("vide").substr(0, 30))));
    EXPECT_FALSE(mp4_lacks_index(folder.write("behind.mp4", type + media + index_of("vide"))));
    EXPECT_FALSE(mp4_lacks_index(
        folder.write("front.mp4", (type + index_of("vide") + media).substr(0, 500))));
    EXPECT_FALSE(mp4_lacks_index(
        folder.write("picture.heic", type + box("meta", std::string(9, '\0')) + media)));
    const std::string last =
        std::string(4, '\0') + index_of("vide").substr(4); // to the end of the file
    EXPECT_FALSE(mp4_lacks_index(folder.write("last.mp4", type + media + last)));
    EXPECT_FALSE(mp4_lacks_index(folder.write("text.mp4", "This is no video.\n")));
    EXPECT_FALSE(mp4_lacks_index(folder.write("empty.mp4")));
}

TEST(Container, AnAviOrMp4ThatIsCutShortEndsWithinAPart)
{
    const TemporaryFolder folder;
    const std::string media = box("mdat", std::string(1000, 'x'));
    const std::string mp4 = box("ftyp", "isom0000mp42") + index_of("vide") + media;
    const std::string avi = avi_of("vids", "auds", chunk("00dc", std::string(500, 'x')));
    for (const std::string &whole : {mp4, mp4 + media, avi, avi + chunk("RIFF", "AVIX")}) {
        EXPECT_FALSE(ends_within_a_part(folder.write("whole", whole)));
        EXPECT_TRUE(ends_within_a_part(folder.write("cut", whole.substr(0, whole.size() - 3))));
    }
    EXPECT_FALSE(ends_within_a_part(
        folder.write("open.mp4", mp4 + std::string(4, '\0') + "mdat" + std::string(1000, 'x'))));
    EXPECT_FALSE(ends_within_a_part(folder.write("more.mp4", mp4 + "of the camera, in no box")));
    std::string begun = avi; // as of a recorder that was switched off
    begun.replace(4, 4, std::string(4, '\0'));
    EXPECT_FALSE(ends_within_a_part(folder.write("begun.avi", begun)));
    EXPECT_FALSE(ends_within_a_part(folder.write("text.avi", "This is no video.\n")));
    EXPECT_FALSE(ends_within_a_part(folder.write("empty.avi")));
}

/* Packets as ISO 13818-1 has them, as cameras (four bytes of time before each) and broadcasts write them */
TEST(Container, ATransportStreamThatIsCutShortEndsWithinAPacket)
{
    const TemporaryFolder folder;
    for (const auto &[before, bytes] : {std::pair{0, 188}, {4, 192}, {0, 204}}) {
        const std::string packet = std::string(static_cast<std::size_t>(before), '\1') + "G" +
                                   std::string(static_cast<std::size_t>(bytes - before - 1), '\2');
        std::string whole;
        for (int i = 0; i < 100; ++i)
            whole += packet;
        EXPECT_FALSE(ends_within_a_part(folder.write("whole.ts", whole))) << bytes;
        for (const std::size_t left : {std::size_t{1}, packet.size() - 1})
            EXPECT_TRUE(ends_within_a_part(folder.write("cut.ts", whole + packet.substr(0, left))))
                << left << " of " << bytes;
        EXPECT_FALSE(ends_within_a_part(folder.write("more.ts", whole + "of the camera")));
    }
    EXPECT_FALSE(ends_within_a_part(folder.write("text.ts", std::string(1000, 'a'))));
}

TEST(Container, AMatroskaFileThatEndsInItsHeaderLacksClusters)
{
    const TemporaryFolder folder;
    const std::string head = "\x1A\x45\xDF\xA3\x84"
                             "head";
    const std::string segment = "\x18\x53\x80\x67\xFF"
                                "tracks";
    const std::string cluster = "\x1F\x43\xB6\x75\xFF"
                                "frames";
    EXPECT_TRUE(matroska_lacks_clusters(folder.write("cut.mkv", head + segment)));
    EXPECT_TRUE(matroska_lacks_clusters(folder.write("head.webm", head.substr(0, 4))));
    EXPECT_FALSE(matroska_lacks_clusters(folder.write("whole.mkv", head + segment + cluster)));
    EXPECT_FALSE(
        matroska_lacks_clusters(folder.write("last.mkv", head + segment + cluster.substr(0, 4))));
    EXPECT_FALSE(matroska_lacks_clusters(folder.write("text.mkv", "This is no video.\n")));
    EXPECT_FALSE(matroska_lacks_clusters(folder.write("short.mkv", head.substr(0, 3))));
    EXPECT_FALSE(matroska_lacks_clusters(folder.path() / "absent.mkv"));
}

TEST(Container, AnAviWithoutAWholePictureLacksFrames)
{
    const TemporaryFolder folder;
    const auto lacks = [&](const std::string &bytes) {
        return avi_lacks_frames(folder.write("a.avi", bytes));
    };
    const std::string sound = chunk("01wb", std::string(1001, 's'));
    const std::string picture = chunk("00dc", std::string(300, 'p'));
    const std::string whole = avi_of("vids", "auds", sound + picture + sound);
    const std::size_t end = whole.find(picture) + picture.size();
    EXPECT_FALSE(lacks(whole));
    EXPECT_FALSE(lacks(whole.substr(0, end)));
    EXPECT_TRUE(lacks(whole.substr(0, end - 1)));
    EXPECT_TRUE(lacks(whole.substr(0, whole.find("movi"))));
    EXPECT_TRUE(lacks(avi_of("vids", "auds", sound + chunk("idx1", "")))) << "whole, of sound";
    EXPECT_FALSE(lacks(avi_of("vids", "auds", chunk("LIST", "rec " + sound + picture))));
    EXPECT_FALSE(lacks(avi_of("auds", "auds", sound))) << "of sound alone";
    EXPECT_FALSE(lacks(whole.substr(0, end - picture.size()) + std::string(500, '\0')));
    EXPECT_FALSE(lacks("This is no video.\n"));
    EXPECT_FALSE(lacks("RIFF"));
    EXPECT_FALSE(avi_lacks_frames(folder.path() / "absent.avi"));
}

/* cat one.mp4 two.mp4 > both.mp4 */
TEST(Container, AFileBehindAnotherIsFound)
{
    const TemporaryFolder folder;
    const auto behind = [&](const std::string &file) {
        return another_file_behind(folder.write("both", file));
    };
    const auto is_found = [&](const std::string &one, const std::string &whole) {
        EXPECT_EQ(behind(whole + one), whole.size());
        EXPECT_FALSE(behind(whole));
        for (std::size_t length = 0; length < one.size(); ++length)
            behind(whole + one.substr(0, length));
    };
    const std::string mp4 =
        box("ftyp", "isom0000mp42") + index_of("vide") + box("mdat", std::string(100, 'x'));
    is_found(mp4, mp4);
    const std::string avi = avi_of("vids", "auds", chunk("00dc", "x"));
    is_found(avi, avi + chunk("RIFF", "AVIX")); // one of more than a gigabyte has several parts
    const auto matroska = [](const std::string &size) {
        return "\x1A\x45\xDF\xA3\x83"
               "abc"
               "\x18\x53\x80\x67" +
               size + std::string(16, 'x');
    };
    is_found(matroska("\x90"), matroska("\x90"));
    is_found(matroska(std::string("\x10\x00\x00\x10", 4)), matroska(std::string("\x40\x10", 2)));
    EXPECT_FALSE(behind(matroska("\xFF") + matroska("\xFF"))) << "it does not say where it ends";
    const std::string fragments = mp4 + box("moof", "") + mp4;
    EXPECT_FALSE(behind(fragments)) << "GStreamer reads both";
    EXPECT_FALSE(behind(box("ftyp", "isom0000mp42") + mp4)) << "one type too many is no file";
    EXPECT_FALSE(behind("This is no video.\n"));
}

} // namespace fovea
