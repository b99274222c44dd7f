// SPDX-License-Identifier: MIT
#include <cstdint>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "fovea/video/container.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

/** \brief A box of ISO 14496-12: 4 bytes of size, big endian, then the type and what it holds */
std::string box(const std::string &type, const std::string &content)
{
    const std::size_t size = 8 + content.size();
    const std::string head = {static_cast<char>(size >> 24U), static_cast<char>(size >> 16U),
                              static_cast<char>(size >> 8U), static_cast<char>(size)};
    return head + type + content;
}

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

std::string big_endian(std::uint64_t value, std::size_t bytes)
{
    std::string text(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i)
        text[bytes - 1 - i] = static_cast<char>(value >> (8 * i));
    return text;
}

/** \brief An mvhd or mdhd: version and flags, two dates, units a second, duration, the rest */
std::string duration_box(const std::string &type, int version, std::uint32_t units,
                         std::uint64_t duration)
{
    const std::size_t bytes = version == 0 ? 4 : 8;
    return box(type, std::string(1, static_cast<char>(version)) + std::string(3 + 2 * bytes, '\0') +
                         big_endian(units, 4) + big_endian(duration, bytes) +
                         std::string(16, '\0'));
}

/** \brief An MP4 of tracks of 20 s and 21.5 s; \param stated of the whole, in thousandths of a second */
std::string mp4_of(int version, std::uint64_t stated)
{
    const auto track = [&](std::uint32_t units, std::uint64_t duration) {
        return box("trak", box("mdia", duration_box("mdhd", version, units, duration)));
    };
    return box("ftyp", "isom0000mp42") + box("mdat", std::string(100, 'x')) +
           box("moov", duration_box("mvhd", version, 1000, stated) + track(90'000, 1'800'000) +
                           track(10, 215));
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

/* Times of a part of a recording may count from the begin of the recording, here of an hour */
TEST(Container, AnMp4OfTracksThatBeginLateHasTheDurationOfItsTracks)
{
    const TemporaryFolder folder;
    for (const int version : {0, 1}) {
        const std::string late = mp4_of(version, 3'621'500);
        const auto duration = mp4_duration_of_tracks(folder.write("late.mp4", late));
        ASSERT_TRUE(duration.has_value());
        std::string mended = late;
        mended.replace(duration->offset, duration->bytes.size(), duration->bytes);
        EXPECT_EQ(mended, mp4_of(version, 21'500));
        EXPECT_FALSE(mp4_duration_of_tracks(folder.write("whole.mp4", mp4_of(version, 21'500))));
        EXPECT_FALSE(mp4_duration_of_tracks(folder.write("four.mp4", mp4_of(version, 100'000))));
        for (std::size_t length = 0; length < late.size(); ++length)
            mp4_duration_of_tracks(folder.write("cut.mp4", late.substr(0, length)));
    }
    EXPECT_FALSE(mp4_duration_of_tracks(folder.write("text.mp4", "This is no video.\n")));
    EXPECT_FALSE(mp4_duration_of_tracks(folder.path() / "absent.mp4"));
}

/* A part of 3 s of a track of 10 s, 5 s behind its begin, and behind an empty edit of 2 s */
TEST(Container, AnMp4LastsLongerByWhatItsEditsLeaveOut)
{
    const TemporaryFolder folder;
    for (const int version : {0, 1}) {
        const std::size_t bytes = version == 0 ? 4 : 8;
        const std::string rate = big_endian(0x10000, 4);
        const std::string list = big_endian(static_cast<std::uint64_t>(version) << 24U, 4) +
                                 big_endian(2, 4) + big_endian(2000, bytes) +
                                 std::string(bytes, '\xff') + rate + big_endian(3000, bytes) +
                                 big_endian(50, bytes) + rate;
        const std::string media = box("mdia", duration_box("mdhd", version, 10, 100));
        const auto mp4 = [&](std::uint64_t stated, const std::string &edits) {
            return box("ftyp", "isom0000mp42") +
                   box("moov", duration_box("mvhd", version, 1000, stated) +
                                   box("trak", box("edts", edits) + media));
        };
        const std::string part = mp4(5000, box("elst", list));
        const auto duration = mp4_duration_with_edits(folder.write("part.mp4", part));
        ASSERT_TRUE(duration.has_value());
        std::string longer = part;
        longer.replace(duration->offset, duration->bytes.size(), duration->bytes);
        EXPECT_EQ(longer, mp4(10'000, box("elst", list)));
        EXPECT_FALSE(mp4_duration_of_tracks(folder.path() / "part.mp4"));
        EXPECT_FALSE(mp4_duration_with_edits(folder.write("whole.mp4", mp4(10'000, ""))));
        for (std::size_t length = 0; length < part.size(); ++length)
            mp4_duration_with_edits(folder.write("cut.mp4", part.substr(0, length)));
    }
}

/* None stated at all, or that of the sound alone */
TEST(Container, AnMp4LastsAsLongAsItsTracksWithoutEdits)
{
    const TemporaryFolder folder;
    const std::string none = box("edts", "");
    const auto mp4 = [](std::uint64_t stated, const std::string &edits) {
        return box("ftyp", "isom0000mp42") +
               box("moov", duration_box("mvhd", 0, 1000, stated) +
                               box("trak", edits + box("mdia", duration_box("mdhd", 0, 10, 200))));
    };
    for (const int stated : {0, 10'000}) {
        const std::string less = mp4(stated, "");
        for (const auto of : {mp4_duration_of_tracks, mp4_duration_with_edits}) {
            const auto duration = of(folder.write("less.mp4", less));
            ASSERT_TRUE(duration.has_value());
            std::string longer = less;
            longer.replace(duration->offset, duration->bytes.size(), duration->bytes);
            EXPECT_EQ(longer, mp4(20'000, ""));
            EXPECT_FALSE(of(folder.write("edits.mp4", mp4(stated, none)))) << "which may show less";
        }
    }
    const std::string unknown = box("mdia", duration_box("mdhd", 0, 90'000, UINT32_MAX));
    const std::string index = duration_box("mvhd", 0, 1000, 20'000) + box("trak", unknown);
    EXPECT_FALSE(mp4_duration_of_tracks(
        folder.write("unknown.mp4", box("ftyp", "isom0000mp42") + box("moov", index))))
        << "all ones, where who wrote it did not know";
}

/* Frames that are shown 4 units of 10 a second behind their decoding, as B-frames need; mp4mux and FFmpeg state an edit */
TEST(Container, ATrackWithoutEditsLastsLongerByWhenItsFirstFrameIsShown)
{
    const TemporaryFolder folder;
    const auto mp4 = [](std::uint64_t whole, std::uint64_t of_track, std::uint32_t later,
                        const std::string &edits) {
        const std::string times = box("ctts", std::string(4, '\0') + big_endian(1, 4) +
                                                  big_endian(9, 4) + big_endian(later, 4));
        const std::string media =
            duration_box("mdhd", 0, 10, of_track) + box("minf", box("stbl", times));
        return box("ftyp", "isom0000mp42") +
               box("moov",
                   duration_box("mvhd", 0, 1000, whole) + box("trak", edits + box("mdia", media)));
    };
    const std::string plain = mp4(10'000, 100, 4, "");
    const std::filesystem::path file = folder.write("plain.mp4", plain);
    auto durations = mp4_durations_of_late_tracks(file);
    ASSERT_EQ(durations.size(), 1U);
    const auto whole = mp4_duration_with_edits(file);
    ASSERT_TRUE(whole.has_value());
    EXPECT_DOUBLE_EQ(whole->left_out, 0.4);
    std::string longer = plain;
    for (const FileBytes &one : {durations.front(), *whole})
        longer.replace(one.offset, one.bytes.size(), one.bytes);
    EXPECT_EQ(longer, mp4(10'400, 104, 4, ""));
    const std::string none = box("edts", "");
    for (const std::string &other :
         {mp4(10'000, 100, 0, ""), mp4(10'000, 100, 0xfffffff0, ""), mp4(10'000, 100, 4, none)})
        EXPECT_TRUE(mp4_durations_of_late_tracks(folder.write("other.mp4", other)).empty());
    for (std::size_t length = 0; length < plain.size(); ++length)
        mp4_durations_of_late_tracks(folder.write("cut.mp4", plain.substr(0, length)));
}

/* Not once for each duration that the track states, and not what stands behind them, which no box of theirs holds */
TEST(Container, EditsOfAnMp4AreLookedThroughOnce)
{
    const TemporaryFolder folder;
    constexpr std::size_t many = 10'000;
    const std::string edit = big_endian(3000, 4) + big_endian(50, 4) + big_endian(0x10000, 4);
    const std::string list = box("elst", big_endian(0, 4) + big_endian(UINT32_MAX, 4) + edit);
    std::string lists;
    std::string durations;
    for (std::size_t i = 0; i < many; ++i) {
        lists += list;
        durations += duration_box("mdhd", 0, 10, 100);
    }
    const auto mp4 = [&](std::uint64_t stated) {
        return box("ftyp", "isom0000mp42") +
               box("moov", duration_box("mvhd", 0, 1000, stated) +
                               box("trak", box("mdia", durations) + box("edts", lists)));
    };
    const std::string part = mp4(3000);
    const auto duration = mp4_duration_with_edits(folder.write("part.mp4", part));
    ASSERT_TRUE(duration.has_value());
    std::string longer = part;
    longer.replace(duration->offset, duration->bytes.size(), duration->bytes);
    EXPECT_EQ(longer, mp4(8000)) << "5 s before the edit; what follows it is none";
}

/* A recorder that states its first second in the tracks and all of it in the whole */
TEST(Container, AnMp4InFragmentsHasTheDurationThatItStates)
{
    const TemporaryFolder folder;
    const std::string track = box("trak", box("mdia", duration_box("mdhd", 0, 10, 10)));
    const auto mp4 = [&](const std::string &more) {
        return box("ftyp", "isom0000mp42") +
               box("moov", duration_box("mvhd", 0, 1000, 12'000) + track + more);
    };
    EXPECT_TRUE(mp4_duration_of_tracks(folder.write("plain.mp4", mp4(""))));
    EXPECT_FALSE(mp4_duration_of_tracks(
        folder.write("fragments.mp4", mp4(box("mvex", box("trex", std::string(24, '\0')))))));
}

/* Else each of many tracks would be looked for in all that are behind it */
TEST(Container, ABoxThatGoesBeyondItsOwnIsNotLookedInto)
{
    const TemporaryFolder folder;
    const std::string whole = duration_box("mvhd", 0, 1000, 3'621'500);
    const std::string media = box("mdia", duration_box("mdhd", 0, 10, 215));
    const auto mp4 = [&](const std::string &track) {
        return box("ftyp", "isom0000mp42") + box("moov", whole + track);
    };
    EXPECT_TRUE(mp4_duration_of_tracks(folder.write("in.mp4", mp4(box("trak", media)))));
    EXPECT_FALSE(mp4_duration_of_tracks(
        folder.write("beyond.mp4", mp4(box("trak", media.substr(0, 8)) + media.substr(8)))));
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
