// SPDX-License-Identifier: MIT
#include "label_test.h"

// Files whose streams are not one video from its begin to its end

namespace {

namespace fs = std::filesystem;
using fovea::to_seconds;
using namespace fovea_test; // NOLINT(google-build-using-namespace)

class OddMedia : public CommandTest
{
protected:
    /** \brief The end of what was labelled, seconds */
    static double labelled_end(const fs::path &video)
    {
        const CommandRun run = label({"--model", "watch", video.string()});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        EXPECT_EQ(run.err, "");
        const auto whole = activities(video.string() + ".fovea", Activity::Scope::Video);
        return whole.size() == 1 ? to_seconds(whole.front().activity.time.end) : -1;
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
