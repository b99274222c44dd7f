// SPDX-License-Identifier: MIT
#include "label_test.h"
#include "media/media_info.h"

// Files whose streams are not one video from its begin to its end

namespace {

namespace fs = std::filesystem;
using fovea::to_seconds;
using namespace fovea_test; // NOLINT(google-build-using-namespace)

class OddMedia : public CommandTest
{
protected:
    /** \brief The end of what was labelled, seconds \param told the warning, or a part of it; empty: there is none */
    static double labelled_end(const fs::path &video, const std::string &told = "")
    {
        const CommandRun run = label({"--model", "watch", video.string()});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        EXPECT_NE(run.err.find(told), std::string::npos) << run.err;
        EXPECT_EQ(lines(run.err), told.empty() ? 0 : 1) << run.err;
        const auto whole = activities(video.string() + ".fovea", Activity::Scope::Video);
        return whole.size() == 1 ? to_seconds(whole.front().activity.time.end) : -1;
    }

    /* 18 s with a key frame each second */
    fs::path snow(const std::string &muxer, const std::string &name) const
    {
        return made_by("videotestsrc pattern=snow num-buffers=450 ! "
                       "video/x-raw,width=160,height=120,framerate=25/1 ! x264enc "
                       "speed-preset=ultrafast bframes=0 key-int-max=25 ! " +
                           muxer,
                       at(name));
    }
};

} // namespace

/* Matroska as FFmpeg writes it of `-i cover.jpg -i video.mp4 -map 0 -map 1` */
TEST_F(OddMedia, ACoverBeforeTheVideoIsNotLabelledInItsPlace)
{
    const fs::path video =
        made_by("matroskamux name=m videotestsrc num-buffers=1 ! jpegenc ! m.video_0 "
                "videotestsrc pattern=ball num-buffers=90 ! x264enc speed-preset=ultrafast ! "
                "m.video_1 m.",
                at("cover.mkv"));
    EXPECT_NEAR(labelled_end(video), 3, 0.1);
}

/* The sound is in the first half alone: its sink has no end from the file */
TEST_F(OddMedia, ATransportStreamWhoseTracksChangeMidwayComesToItsEnd)
{
    const std::string ball =
        "videotestsrc pattern=ball num-buffers=75 ! video/x-raw,framerate=25/1,width=";
    const fs::path with_sound =
        made_by("mpegtsmux name=m " + ball +
                    "320,height=240 ! x264enc speed-preset=ultrafast ! "
                    "queue ! m. audiotestsrc num-buffers=130 ! avenc_aac ! queue ! m. m.",
                at("with.ts"));
    const fs::path without = made_by(
        ball + "160,height=120 ! x264enc speed-preset=ultrafast ! mpegtsmux", at("without.ts"));
    write_text(at("both.ts"), read_text(with_sound) + read_text(without));
    EXPECT_NEAR(labelled_end(at("both.ts")), 6.5, 0.6); // GStreamer puts half a second between them
}

/* Of other PIDs: to GStreamer its pads are others, and their times begin anew */
TEST_F(OddMedia, TransportStreamsOfOtherPidsJoinedByCatAreOneVideo)
{
    const auto part = [this](const std::string &pid) {
        return read_text(made_by("videotestsrc pattern=ball num-buffers=75 ! "
                                 "video/x-raw,width=160,height=120,framerate=25/1 ! x264enc "
                                 "speed-preset=ultrafast ! m.sink_" +
                                     pid + " mpegtsmux name=m m.",
                                 at(pid + ".ts")));
    };
    write_text(at("both.ts"), part("65") + part("256"));
    EXPECT_NEAR(labelled_end(at("both.ts")), 6, 0.1);
}

/* Their ids differ. Ogg is the container that may be joined so */
TEST_F(OddMedia, FilesJoinedByCatAreOneVideo)
{
    const auto part = [this](const std::string &pattern, const std::string &name) {
        return read_text(made_by("videotestsrc num-buffers=75 pattern=" + pattern +
                                     " ! video/x-raw,framerate=25/1 ! theoraenc ! oggmux",
                                 at(name)));
    };
    write_text(at("both.ogv"), part("ball", "one.ogv") + part("smpte", "two.ogv"));
    EXPECT_NEAR(labelled_end(at("both.ogv")), 6, 0.1);
    EXPECT_NE(label({"--model", "watch", at("both.ogv").string()}).out.find("labelled before"),
              std::string::npos);
}

TEST_F(OddMedia, OfTwoVideoTracksOneIsLabelledAndTheOtherTold)
{
    const std::string track = "videotestsrc num-buffers=60 ! x264enc speed-preset=ultrafast ! m. ";
    const fs::path video = made_by("matroskamux name=m " + track + track + "m.", at("two.mkv"));
    EXPECT_NEAR(labelled_end(video, "has 2 video tracks, of which the first is looked at alone"), 2,
                0.1);
}

TEST_F(OddMedia, PicturesBehindAGapOfTheirNumbersAreTold)
{
    fs::create_directories(at("frames"));
    ASSERT_EQ(
        run_program({"sh", "-c",
                     "gst-launch-1.0 -q videotestsrc num-buffers=50 ! jpegenc ! multifilesink "
                     "location='" +
                         at("frames").string() + "/%05d.jpg'"})
            .exit_code,
        0);
    fs::remove(at("frames/00030.jpg"));
    EXPECT_NEAR(labelled_end(at("frames"), "holds 19 pictures more"), 30.0 / 25, 0.1);
}

/* As FFmpeg before 4.4 writes it of `-c copy`: PCR with key frames alone, here every 2 s. tsdemux gives the second
 * stretch times of 0.5 s behind the begin of the first */
TEST_F(OddMedia, ATransportStreamWithFewPcrLastsAsLongAsItsFrames)
{
    const fs::path video =
        made_by("videotestsrc pattern=ball num-buffers=175 ! video/x-raw,framerate=25/1 ! x264enc "
                "speed-preset=ultrafast bframes=0 key-int-max=50 ! mpegtsmux pcr-interval=180000",
                at("few.ts"));
    EXPECT_NEAR(labelled_end(video), 7, 0.1);
}

/* Of 1.5 s that are lost tsdemux counts half a second, of some the first frame behind it rightly */
TEST_F(OddMedia, BehindWhatIsLostOfATransportStreamTimesGoOnAsTheStreamStatesThem)
{
    const fs::path video = snow("mpegtsmux", "whole.ts");
    const std::string bytes = read_text(video);
    const std::size_t third = bytes.size() / 188 / 3 * 188;
    const std::size_t lost = third / 4 / 188 * 188;
    std::string packets_lost; // the begin of the second and of the last third
    std::string packets_damaged;
    for (int part = 0; part < 3; ++part) {
        const std::size_t begin = third * part;
        const std::size_t end = part < 2 ? begin + third : bytes.size();
        const std::size_t kept = part > 0 ? begin + lost : begin;
        packets_lost += bytes.substr(kept, end - kept);
        packets_damaged += std::string(kept - begin, '\0') + bytes.substr(kept, end - kept);
    }
    write_text(at("lost.ts"), packets_lost);
    write_text(at("damaged.ts"), packets_damaged);
    for (const char *name : {"lost.ts", "damaged.ts"}) {
        // whether what is lost is told is GStreamer's to say
        label({"--model", "watch", at(name).string()});
        const auto whole = activities(at(name).string() + ".fovea", Activity::Scope::Video);
        ASSERT_EQ(whole.size(), 1U);
        EXPECT_NEAR(to_seconds(whole.front().activity.time.end), 18, 0.1) << name;
    }
}

/* Behind a step of the SCR of more than a second mpegpsdemux goes on as if nothing were lost */
TEST_F(OddMedia, BehindWhatIsLostOfAProgramStreamTimesGoOnAsTheStreamStatesThem)
{
    const fs::path whole = snow("mpegpsmux", "whole.mpg");
    const std::string bytes = read_text(whole);
    const std::string pack("\0\0\1\xba", 4);
    const std::size_t lost = bytes.find(pack, bytes.size() / 3);
    const std::size_t kept = bytes.find(pack, bytes.size() / 2);
    write_text(at("lost.mpg"), bytes.substr(0, lost) + bytes.substr(kept));
    label({"--model", "watch", whole.string(), at("lost.mpg").string()}); // a gap is told
    const auto end = [](const fs::path &video) {
        const auto found = activities(video.string() + ".fovea", Activity::Scope::Video);
        return found.empty() ? -1 : to_seconds(found.front().activity.time.end);
    };
    EXPECT_GT(end(whole), 16);
    EXPECT_NEAR(end(at("lost.mpg")), end(whole), 0.1);
}

/* Of sound that comes seconds before the first PCR, behind tables, tsdemux makes a stream without times: sound and pictures
 * both began at 0. Of 6 s of sound 3 s are beside pictures */
TEST_F(OddMedia, SoundThatBeginsLongBeforeThePicturesStaysBesideThem)
{
    const fs::path video = made_by(
        "mpegtsmux name=m videotestsrc pattern=ball num-buffers=75 timestamp-offset=3000000000 ! "
        "video/x-raw,framerate=25/1,width=160,height=120 ! x264enc speed-preset=ultrafast ! queue "
        "max-size-time=0 max-size-bytes=0 max-size-buffers=0 ! m. audiotestsrc num-buffers=258 "
        "samplesperbuffer=1024 ! audio/x-raw,rate=44100 ! avenc_aac ! queue max-size-time=0 "
        "max-size-bytes=0 max-size-buffers=0 ! m. m.",
        at("sound-first.ts"));
    const std::string bytes = read_text(video);
    std::size_t tables = 0;
    while (bytes.compare(tables + 1, 2, std::string("\x40\0", 2)) != 0) // the first is of PID 0
        tables += 188;
    write_text(video, bytes.substr(tables, 2 * std::size_t{188}) + bytes);
    const CommandRun run = label({"--model", "watch", "--video", video.string()});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const fs::path labelled = video.string() + ".fovea/labelled.mp4";
    EXPECT_NEAR(to_seconds(fovea::media_info(labelled).duration), 3, 0.2);
}

/* Two recordings, the times of the second an hour behind the first or before it */
TEST_F(OddMedia, ATransportStreamOfSeveralRecordingsLastsAsLongAsTheirFrames)
{
    const auto part = [&](const std::string &begin, const std::string &name) {
        return read_text(
            made_by("videotestsrc pattern=ball num-buffers=75 timestamp-offset=" + begin +
                        " ! video/x-raw,framerate=25/1 ! x264enc "
                        "speed-preset=ultrafast bframes=0 ! mpegtsmux",
                    at(name)));
    };
    const std::string early = part("0", "early.ts");
    const std::string late = part("3600000000000", "late.ts");
    write_text(at("ahead.ts"), early + late);
    write_text(at("back.ts"), late + early);
    EXPECT_NEAR(labelled_end(at("ahead.ts"), "times jump ahead by 59:57"), 6, 0.1);
    EXPECT_NEAR(labelled_end(at("back.ts")), 6, 0.1);
}

/* As FFmpeg cuts a part out without coding it anew (-ss 3 -c copy): from a key frame 3 s before it on, which its edit
 * leaves out. GStreamer ends at the first key frame whose time in the track is beyond the duration of the whole */
TEST_F(OddMedia, APartThatAnEditCutsOutOfAnMp4IsLabelledToItsEnd)
{
    const fs::path video =
        made_by("videotestsrc pattern=ball num-buffers=125 ! video/x-raw,framerate=25/1 ! x264enc "
                "speed-preset=ultrafast bframes=0 key-int-max=250 ! mp4mux",
                at("part.mp4"));
    std::string bytes = read_text(video);
    const auto state = [&](const std::string &box, std::size_t behind, std::uint32_t seconds) {
        const std::uint32_t units = 2500 * seconds; // of mp4mux: a hundred a frame
        for (std::size_t i = 0; i < 4; ++i)
            bytes.at(bytes.rfind(box) + behind + i) = static_cast<char>(units >> (8 * (3 - i)));
    };
    state("mvhd", 20, 2); // its duration
    state("elst", 12, 2); // the duration of the edit
    state("elst", 16, 3); // its begin in the track
    write_text(video, bytes);
    EXPECT_NEAR(labelled_end(video), 2, 0.1);
}

/* A picture every 3 s: each is a stretch of its own */
TEST_F(OddMedia, GapsBetweenFramesAreTold)
{
    const fs::path video =
        made_by("videotestsrc num-buffers=5 ! video/x-raw,framerate=1/3 ! x264enc ! matroskamux",
                at("slow.mkv"));
    labelled_end(video, "has 4 gaps of more than 2 s between frames, 0:12 in all");
}

/* As ffmpeg -f segment writes all but the first parts of a recording: they state its length up to their end, here an hour.
 * They were called damaged */
TEST_F(OddMedia, AnMp4ThatIsAPartOfARecordingIsRead)
{
    const fs::path video = made_by("videotestsrc pattern=ball num-buffers=75 ! "
                                   "video/x-raw,framerate=25/1 ! x264enc ! mp4mux",
                                   at("part.mp4"));
    std::string bytes = read_text(video);
    const std::size_t units = bytes.find("mvhd") + 16; // a second; behind them the duration
    bytes.replace(units, 8, std::string("\0\0\0\1\0\0\16\20", 8)); // 3600 s
    write_text(video, bytes);
    EXPECT_NEAR(labelled_end(video), 3, 0.1);
}

/* GStreamer 1.22's demuxer of NUT reads at the end of the file over and over */
TEST_F(OddMedia, ANutFileComesToItsEnd)
{
    const fs::path video =
        made_by("videotestsrc pattern=ball num-buffers=75 ! video/x-raw,framerate=25/1 ! "
                "avenc_mpeg4 ! mpeg4videoparse ! avmux_nut",
                at("ball.nut"));
    if (std::system(("gst-typefind-1.0 '" + video.string() + "' | grep -q x-gst-av-nut").c_str()) !=
        0)
        GTEST_SKIP() << "this GStreamer (1.26, say) takes a NUT file for the MPEG video in it";
    EXPECT_GT(labelled_end(video), 0); // GStreamer's muxer writes times of its own
    const std::string whole = read_text(video);
    write_text(at("cut.nut"), whole.substr(0, 60)); // in its header
    const CommandRun run = label({at("cut.nut").string()});
    EXPECT_NE(run.err.find("cannot be decoded"), std::string::npos) << run.err;
}

/* 75 pictures at 25 a second, which a file without a container does not say */
TEST_F(OddMedia, MotionJpegIsAVideoWithAndWithoutAContainer)
{
    const std::string pictures =
        "videotestsrc pattern=ball num-buffers=75 ! video/x-raw,framerate=25/1 ! jpegenc";
    EXPECT_NEAR(labelled_end(made_by(pictures, at("raw.mjpeg")),
                             "is Motion JPEG without a rate; 25 frames a second are assumed"),
                3, 0.1);
    EXPECT_NEAR(labelled_end(made_by(pictures + " ! multipartmux", at("parts.mjpeg"))), 3, 0.1);
    // its frames have no times, which an MP4 needs
    EXPECT_EQ(label({"--model", "watch", "--video", at("parts.mjpeg").string()}).exit_code, 0);
}

/* Of an AVI GStreamer takes for its duration what of it is there */
TEST_F(OddMedia, AnAviThatIsCutShortIsToldAsThat)
{
    const fs::path video = made_by("videotestsrc pattern=ball num-buffers=75 ! "
                                   "video/x-raw,framerate=25/1 ! jpegenc ! avimux",
                                   at("cut.avi"));
    fs::resize_file(video, fs::file_size(video) / 2);
    EXPECT_NEAR(labelled_end(video, "its last part is not whole; it seems cut short"), 1.5, 0.1);
}

TEST_F(OddMedia, ATransportStreamThatIsCutShortIsToldAsThat)
{
    const std::string whole = read_text(
        made_by("videotestsrc pattern=snow num-buffers=75 ! "
                "video/x-raw,width=160,height=120,framerate=25/1 ! x264enc speed-preset=ultrafast "
                "key-int-max=25 ! mpegtsmux",
                at("whole.ts")));
    EXPECT_NEAR(labelled_end(at("whole.ts")), 3, 0.1);
    write_text(at("cut.ts"), whole.substr(0, whole.size() / 2 / 188 * 188 + 100));
    EXPECT_NEAR(labelled_end(at("cut.ts"), "its last part is not whole; it seems cut short"), 1.5,
                0.3);
}

/* As ffmpeg -f segment writes it: stamps and duration count from the begin of the recording, here a minute before */
TEST_F(OddMedia, AMatroskaFileThatIsAPartOfARecordingIsNotToldToBeCutShort)
{
    const fs::path video = made_by("videotestsrc pattern=ball num-buffers=175 "
                                   "timestamp-offset=60000000000 ! video/x-raw,framerate=25/1 ! "
                                   "x264enc speed-preset=ultrafast ! matroskamux",
                                   at("part.mkv"));
    std::string bytes = read_text(video);
    const std::size_t duration = bytes.find("\x44\x89\x88"); // 8 bytes of floating point
    ASSERT_NE(duration, std::string::npos);
    bytes.replace(duration + 3, 8, std::string("\x40\xF0\x5B\x80\0\0\0\0", 8)); // 67000 ms
    write_text(video, bytes);
    EXPECT_NEAR(labelled_end(video), 7, 0.1);
}

/* Black, and then what takes many bytes: GStreamer goes by the first, and told of minutes that are missing */
TEST_F(OddMedia, AStreamWithoutAContainerIsNotToldToBeCutShort)
{
    const auto stream = [this](const std::string &pattern, int frames) {
        return read_text(
            made_by("videotestsrc num-buffers=" + std::to_string(frames) + " pattern=" + pattern +
                        " ! video/x-raw,framerate=25/1 ! x264enc speed-preset=ultrafast ! "
                        "video/x-h264,stream-format=byte-stream",
                    at(pattern + ".h264")));
    };
    write_text(at("both.h264"), stream("black", 100) + stream("snow", 75));
    EXPECT_NEAR(labelled_end(at("both.h264")), 7, 0.1);
}

TEST_F(OddMedia, TheTrackOfAnIvfFileIsOne)
{
    const fs::path video = made_by("videotestsrc pattern=ball num-buffers=60 ! "
                                   "video/x-raw,width=160,height=120,framerate=30/1 ! vp8enc "
                                   "deadline=1 ! avmux_ivf",
                                   at("ball.ivf"));
    EXPECT_NEAR(labelled_end(video), 2, 0.1);
}

/* Its reader gives up in the midst, or near the begin, before the first frames are shown: never a part of it without a word */
TEST_F(OddMedia, AnErrorOfAFileIsToldForItself)
{
    for (const std::size_t percent : {3U, 50U}) {
        const fs::path video = made_by("videotestsrc num-buffers=360 ! "
                                       "video/x-raw,width=160,height=120,framerate=30/1 ! vp8enc "
                                       "deadline=1 ! avmux_ivf",
                                       at("damaged.ivf"));
        std::string bytes = read_text(video);
        bytes.replace(bytes.size() * percent / 100, bytes.size() / 4, bytes.size() / 4, '\0');
        write_text(video, bytes);
        const CommandRun run = label({video.string()});
        EXPECT_EQ(run.exit_code, 1) << percent;
        EXPECT_NE(run.err.find("Internal data stream error"), std::string::npos) << run.err;
    }
}

/* As of DNxHR in MOV (AVdh), which FFmpeg decodes: to install packages that are there was all it said */
TEST_F(OddMedia, ACodecThatGStreamerLacksIsToldWithWhatHelpsThen)
{
    const fs::path video =
        made_by("videotestsrc num-buffers=10 ! x264enc ! mp4mux", at("unknown.mp4"));
    std::string bytes = read_text(video);
    bytes.replace(bytes.rfind("avc1"), 4, "AVdh");
    write_text(video, bytes);
    const CommandRun run = label({video.string()});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("needs a decoder that is not installed"), std::string::npos) << run.err;
    EXPECT_NE(run.err.find("make another file first"), std::string::npos) << run.err;
}

/* It was called a picture. The chunk that says it is one stands behind the header, which ends at byte 33 */
TEST_F(OddMedia, AnAnimatedPngIsToldAsThat)
{
    std::string picture =
        read_text(made_by("videotestsrc num-buffers=1 ! pngenc", at("still.png")));
    picture.insert(33, std::string("\0\0\0\10acTL\0\0\0\2\0\0\0\0.sum", 20));
    write_text(at("moving.png"), picture);
    const CommandRun run = label({at("moving.png").string()});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(lines(run.err), 1) << run.err;
    EXPECT_NE(run.err.find("is an animated PNG, which GStreamer does not play as a video"),
              std::string::npos)
        << run.err;
}
