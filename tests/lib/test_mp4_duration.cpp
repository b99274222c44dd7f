// SPDX-License-Identifier: MIT
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/video/mp4_duration.h"
#include "mp4_boxes.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

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

/** \brief What GStreamer reads of \a mp4 */
std::string read_with(std::string mp4, const std::vector<FileBytes> &durations)
{
    for (const FileBytes &one : durations)
        mp4.replace(one.offset, one.bytes.size(), one.bytes);
    return mp4;
}

} // namespace

/* Times of a part of a recording may count from the begin of the recording, here of an hour */
TEST(Mp4Duration, AnMp4OfTracksThatBeginLateHasTheDurationOfItsTracks)
{
    const TemporaryFolder folder;
    for (const int version : {0, 1}) {
        const std::string late = mp4_of(version, 3'621'500);
        const auto duration = mp4_duration_of_tracks(folder.write("late.mp4", late));
        ASSERT_TRUE(duration.has_value());
        EXPECT_EQ(read_with(late, {*duration}), mp4_of(version, 21'500));
        EXPECT_FALSE(mp4_duration_of_tracks(folder.write("whole.mp4", mp4_of(version, 21'500))));
        EXPECT_FALSE(mp4_duration_of_tracks(folder.write("four.mp4", mp4_of(version, 100'000))));
        for (std::size_t length = 0; length < late.size(); ++length)
            mp4_duration_of_tracks(folder.write("cut.mp4", late.substr(0, length)));
    }
    EXPECT_FALSE(mp4_duration_of_tracks(folder.write("text.mp4", "This is no video.\n")));
    EXPECT_FALSE(mp4_duration_of_tracks(folder.path() / "absent.mp4"));
}

/* A part of 3 s of a track of 10 s, 5 s behind its begin, and behind an empty edit of 2 s */
TEST(Mp4Duration, AnMp4LastsLongerByWhatItsEditsLeaveOut)
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
        const Mp4Durations durations = mp4_durations_for_frames(folder.write("part.mp4", part));
        EXPECT_EQ(read_with(part, durations.bytes), mp4(10'000, box("elst", list)));
        EXPECT_DOUBLE_EQ(durations.left_out, 5);
        EXPECT_FALSE(mp4_duration_of_tracks(folder.path() / "part.mp4"));
        EXPECT_TRUE(
            mp4_durations_for_frames(folder.write("whole.mp4", mp4(10'000, ""))).bytes.empty());
        for (std::size_t length = 0; length < part.size(); ++length)
            mp4_durations_for_frames(folder.write("cut.mp4", part.substr(0, length)));
    }
}

/* None stated at all, or that of the sound alone */
TEST(Mp4Duration, AnMp4LastsAsLongAsItsTracksWithoutEdits)
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
        const auto duration = mp4_duration_of_tracks(folder.write("less.mp4", less));
        ASSERT_TRUE(duration.has_value());
        EXPECT_EQ(read_with(less, {*duration}), mp4(20'000, ""));
        const Mp4Durations for_frames = mp4_durations_for_frames(folder.path() / "less.mp4");
        EXPECT_EQ(read_with(less, for_frames.bytes), mp4(20'000, ""));
        const std::filesystem::path edits = folder.write("edits.mp4", mp4(stated, none));
        EXPECT_FALSE(mp4_duration_of_tracks(edits)) << "which may show less";
        EXPECT_TRUE(mp4_durations_for_frames(edits).bytes.empty());
    }
    const std::string unknown = box("mdia", duration_box("mdhd", 0, 90'000, UINT32_MAX));
    const std::string index = duration_box("mvhd", 0, 1000, 20'000) + box("trak", unknown);
    EXPECT_FALSE(mp4_duration_of_tracks(
        folder.write("unknown.mp4", box("ftyp", "isom0000mp42") + box("moov", index))))
        << "all ones, where who wrote it did not know";
}

/* Frames that are shown 4 units of 10 a second behind their decoding, as B-frames need; mp4mux and FFmpeg state an edit */
TEST(Mp4Duration, ATrackWithoutEditsLastsLongerByWhenItsFirstFrameIsShown)
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
    const Mp4Durations durations = mp4_durations_for_frames(file);
    EXPECT_EQ(read_with(plain, durations.bytes), mp4(10'400, 104, 4, ""));
    EXPECT_DOUBLE_EQ(durations.left_out, 0.4);
    const std::string none = box("edts", "");
    for (const std::string &other :
         {mp4(10'000, 100, 0, ""), mp4(10'000, 100, 0xfffffff0, ""), mp4(10'000, 100, 4, none)})
        EXPECT_TRUE(mp4_durations_for_frames(folder.write("other.mp4", other)).bytes.empty());
    for (std::size_t length = 0; length < plain.size(); ++length)
        mp4_durations_for_frames(folder.write("cut.mp4", plain.substr(0, length)));
}

/* Not once for each duration that the track states, and not what stands behind them, which no box of theirs holds */
TEST(Mp4Duration, EditsOfAnMp4AreLookedThroughOnce)
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
    const Mp4Durations whole = mp4_durations_for_frames(folder.write("part.mp4", part));
    EXPECT_EQ(read_with(part, whole.bytes), mp4(8000))
        << "5 s before the edit; what follows it is none";
}

/* A recorder that states its first second in the tracks and all of it in the whole */
TEST(Mp4Duration, AnMp4InFragmentsHasTheDurationThatItStates)
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
TEST(Mp4Duration, ABoxThatGoesBeyondItsOwnIsNotLookedInto)
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

} // namespace fovea
