// SPDX-License-Identifier: MIT
#include "command_test.h"
#include "fovea/core/json.h"
#include "fovea/store/feature_file.h"
#include "fovea/store/result_json.h"
#include "fovea/store/staging_folder.h"
#include "media/media_info.h"

namespace fs = std::filesystem;
using fovea::Activity;
using fovea::Result;
using fovea_test::ball;
using fovea_test::CommandRun;
using fovea_test::cut;
using fovea_test::lines;
using fovea_test::made_by;
using fovea_test::read_text;
using fovea_test::run_fovea;
using fovea_test::write_text;

namespace {

class LabelCommand : public fovea_test::CommandTest
{
};

std::vector<Result> activities(const fs::path &folder, Activity::Scope scope)
{
    std::vector<Result> found;
    for (const Result &result : fovea::read_results((folder / "results.jsonl").string()))
        if (result.has_activity && result.activity.scope == scope)
            found.push_back(result);
    return found;
}

/* Says in the track header, as phones do, that the picture is shown turned by 90 degrees. */
fs::path turned(const fs::path &mp4)
{
    using namespace std::string_literals;
    constexpr std::size_t matrix_offset = 44; // after the type of an ISO 14496-12 TrackHeaderBox
    const std::string matrix = "\0\0\0\0\0\1\0\0\0\0\0\0"
                               "\xff\xff\0\0\0\0\0\0\0\0\0\0"
                               "\0\0\0\0\0\0\0\0\x40\0\0\0"s;
    std::string bytes = read_text(mp4);
    bytes.replace(bytes.find("tkhd") + matrix_offset, matrix.size(), matrix);
    write_text(mp4, bytes);
    return mp4;
}

/** How often \a factory makes an element, by GStreamer's own log of it */
int made_elements(const fs::path &log, const std::string &factory)
{
    const std::string text = read_text(log);
    const std::string line = "creating element \"" + factory + "\"";
    int made = 0;
    for (auto at = text.find(line); at != std::string::npos; at = text.find(line, at + 1))
        ++made;
    return made;
}

} // namespace

TEST_F(LabelCommand, WritesOneVideoLabelAndAWindowEachSecond)
{
    const fs::path video = ball(at("ball.mp4"), 300); // 10 s; windows of 2.27 s, one each 1.07 s
    const CommandRun run = label({video.string()});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(lines(run.out), 1) << run.out;

    const fs::path folder = video.string() + ".fovea";
    EXPECT_EQ(activities(folder, Activity::Scope::Video).size(), 1U);
    const auto windows = activities(folder, Activity::Scope::Window);
    ASSERT_GE(windows.size(), 8U);
    EXPECT_EQ(windows.front().activity.time.start, 0);
    EXPECT_NEAR(fovea::to_seconds(windows.back().activity.time.end), 10.0, 0.2);
    EXPECT_EQ(windows.front().source, video.string());
    EXPECT_EQ(windows.front().model, "watch");
    EXPECT_FALSE(windows.front().run.empty());
    EXPECT_EQ(windows.back().run, windows.front().run);
    EXPECT_FALSE(windows.front().utc.empty()) << "mp4mux wrote when it was made";
    EXPECT_GT(windows.back().utc, windows.front().utc);
    EXPECT_EQ(read_text(folder / "results.vtt").rfind("WEBVTT", 0), 0U);
}

TEST_F(LabelCommand, SegmentsComeBesideTheWindows)
{
    const fs::path video = ball(at("ball.mp4"), 150);
    ASSERT_EQ(label({"--segments", video.string()}).exit_code, 0);
    const fs::path folder = video.string() + ".fovea";
    EXPECT_GE(activities(folder, Activity::Scope::Window).size(), 3U);
    for (const Result &segment : activities(folder, Activity::Scope::Segment)) {
        EXPECT_NE(segment.activity.label.label, "normal") << "the background is no action";
        EXPECT_LT(segment.activity.time.start, segment.activity.time.end);
    }
    const auto json = fovea::Json::parse(read_text(folder / "results.activitynet.json"));
    EXPECT_EQ(json["results"]["ball"].size(), activities(folder, Activity::Scope::Segment).size());
}

/* With the threshold at 0 every class that is no background has segments. */
TEST_F(LabelCommand, SegmentsOfAModelCombinedWithItselfAreItsOwn)
{
    const fs::path video = ball(at("ball.mp4"), 150);
    fs::copy(fs::path(std::getenv("FOVEA_MODEL_PATH")) / "watch", at("eager"));
    fovea::Json card = fovea::read_json(at("eager/card.json"));
    card["segments"]["threshold"] = 0;
    card["decision"]["normal"] = "";
    write_text(at("eager/card.json"), card.dump());
    const auto segments_by = [&](const std::string &model) {
        const fs::path out = at("by-" + std::to_string(model.size()));
        const CommandRun run =
            label({"--segments", "--model", model, "--out", out.string(), video.string()});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        auto found = activities(out / "ball.mp4.fovea", Activity::Scope::Segment);
        std::sort(found.begin(), found.end(), [](const Result &a, const Result &b) {
            return std::pair(a.activity.time.end, a.activity.label.label_id) <
                   std::pair(b.activity.time.end, b.activity.label.label_id);
        });
        return found;
    };
    const std::string eager = at("eager");
    const auto alone = segments_by(eager);
    const auto twice = segments_by(eager + "," + eager);
    ASSERT_FALSE(alone.empty());
    ASSERT_EQ(twice.size(), alone.size());
    for (std::size_t i = 0; i < alone.size(); ++i) {
        EXPECT_EQ(twice[i].activity.label.label, alone[i].activity.label.label);
        EXPECT_NEAR(twice[i].activity.label.confidence, alone[i].activity.label.confidence, 1e-5);
        EXPECT_EQ(twice[i].activity.time.start, alone[i].activity.time.start);
        EXPECT_EQ(twice[i].activity.time.end, alone[i].activity.time.end);
        EXPECT_EQ(twice[i].resolution.width, 320);
        EXPECT_EQ(twice[i].source, video.string());
        EXPECT_EQ(twice[i].run, twice.front().run);
        EXPECT_FALSE(twice[i].run.empty());
    }
    const std::string both = eager + "," + eager;
    const CommandRun again =
        label({"--segments", "--model", both, "--out",
               at("by-" + std::to_string(both.size())).string(), video.string()});
    EXPECT_NE(again.out.find("labelled before"), std::string::npos) << "all lines are of one run";

    write_text(at("list.csv"), "path,label,split,start,end\nball.mp4,fall,test,1,3\n");
    const auto figures_of = [&](const std::string &model) {
        const fs::path out = at("eval-" + std::to_string(model.size()));
        const CommandRun run =
            run_fovea({"eval", "--segments", "--detector", "hog", "--model", model, "--list",
                       at("list.csv").string(), "--out", out.string()});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        return read_text(out / "segments.json");
    };
    const std::string figures = figures_of(eager);
    EXPECT_NE(figures.find("\"truths\": 1"), std::string::npos) << figures;
    EXPECT_EQ(figures_of(eager + "," + eager), figures);
}

TEST_F(LabelCommand, FinishedResultIsNotMadeAgain)
{
    const fs::path video = ball(at("ball.mp4"), 60);
    const fs::path results = at("ball.mp4.fovea/results.jsonl");
    ASSERT_EQ(label({video.string()}).exit_code, 0);
    const auto first = fs::last_write_time(results);

    const fs::path log = at("gst.log");
    EXPECT_NE(label({video.string()}, {{"GST_DEBUG", "GST_ELEMENT_FACTORY:4"},
                                       {"GST_DEBUG_NO_COLOR", "1"},
                                       {"GST_DEBUG_FILE", log.string()}})
                  .out.find("labelled before"),
              std::string::npos);
    EXPECT_EQ(fs::last_write_time(results), first);
    EXPECT_EQ(made_elements(log, "uridecodebin"), 0) << "the video is not looked into";

    ASSERT_EQ(label({video.string(), "--force"}).exit_code, 0);
    EXPECT_GT(fs::last_write_time(results), first);
}

TEST_F(LabelCommand, OtherSettingsOrAChangedVideoAreMadeAnew)
{
    const fs::path video = ball(at("ball.mp4"), 60);
    const fs::path results = at("ball.mp4.fovea/results.jsonl");
    ASSERT_EQ(label({video.string()}).exit_code, 0);
    const auto first = fs::last_write_time(results);

    ASSERT_EQ(label({video.string(), "--sampling", "every"}).exit_code, 0);
    const auto second = fs::last_write_time(results);
    EXPECT_GT(second, first);

    fs::last_write_time(video, fs::file_time_type::clock::now());
    ASSERT_EQ(label({video.string(), "--sampling", "every"}).exit_code, 0);
    EXPECT_GT(fs::last_write_time(results), second);
}

TEST_F(LabelCommand, FailedRunLeavesWhatTheOneBeforeMade)
{
    const fs::path video = ball(at("ball.mp4"), 90);
    ASSERT_EQ(label({video.string()}).exit_code, 0);
    const fs::path folder = video.string() + ".fovea";
    const std::string results = read_text(folder / "results.jsonl");
    EXPECT_NE(label({"--precision", "fp16", "--device", "cpu", video.string()}).exit_code, 0);
    EXPECT_EQ(read_text(folder / "results.jsonl"), results);
    const CommandRun again = label({video.string()});
    EXPECT_NE(again.out.find("labelled before"), std::string::npos) << again.out;
}

TEST_F(LabelCommand, WhatANewRunDoesNotMakeIsNotLeftFromTheOneBefore)
{
    const fs::path video = ball(at("ball.mp4"), 90);
    ASSERT_EQ(label({"--segments", video.string()}).exit_code, 0);
    const fs::path folder = video.string() + ".fovea";
    ASSERT_TRUE(fs::exists(folder / "results.activitynet.json"));
    ASSERT_EQ(label({"--sampling", "every", "--format", "csv", video.string()}).exit_code, 0);
    EXPECT_FALSE(fs::exists(folder / "results.activitynet.json"));
    EXPECT_FALSE(fs::exists(folder / "results.vtt"));
    EXPECT_TRUE(fs::exists(folder / "results.csv"));
}

TEST_F(LabelCommand, MissingFormatIsMadeFromTheResultsThatAreThere)
{
    const fs::path video = ball(at("ball.mp4"), 60);
    const fs::path folder = video.string() + ".fovea";
    ASSERT_EQ(label({video.string(), "--format", "jsonl"}).exit_code, 0);
    EXPECT_FALSE(fs::exists(folder / "results.csv"));
    const auto first = fs::last_write_time(folder / "results.jsonl");

    ASSERT_EQ(label({video.string(), "--format", "csv"}).exit_code, 0);
    EXPECT_TRUE(fs::exists(folder / "results.csv"));
    EXPECT_EQ(fs::last_write_time(folder / "results.jsonl"), first);
}

TEST_F(LabelCommand, LabelledVideoKeepsLengthSizeAndSound)
{
    const fs::path video = made_by(
        "videotestsrc pattern=ball num-buffers=90 ! video/x-raw,framerate=30/1,width=320,height=240"
        " ! x264enc ! queue ! mp4mux name=m audiotestsrc num-buffers=130 ! avenc_aac ! queue ! m. "
        "m.",
        at("sound.mp4"));
    const CommandRun run = label({video.string(), "--video"});
    ASSERT_EQ(run.exit_code, 0) << run.err;

    const fovea::MediaInfo media = fovea::media_info(at("sound.mp4.fovea/labelled.mp4"));
    EXPECT_TRUE(media.has_audio);
    EXPECT_EQ(media.size.width, 320);
    EXPECT_EQ(media.size.height, 240);
    EXPECT_NEAR(fovea::to_seconds(media.duration), 3.0, 0.15);
    EXPECT_FALSE(fs::exists(at("sound.mp4.fovea/labelled.mp4.part")));

    EXPECT_NE(label({video.string(), "--video"}).out.find("labelled before"), std::string::npos);
}

TEST_F(LabelCommand, VideoIsDecodedOnceAndOnceMoreForALabelledVideo)
{
    const fs::path video = ball(at("ball.mp4"), 150, 160, 120); // below 4.6 s it is measured first
    for (const int passes : {1, 2}) {
        const fs::path log = at("gst" + std::to_string(passes) + ".log");
        std::vector<std::string> words = {"--force", video.string()};
        if (passes == 2)
            words.push_back("--video");
        const CommandRun run = label(words, {{"GST_DEBUG", "GST_ELEMENT_FACTORY:4"},
                                             {"GST_DEBUG_NO_COLOR", "1"},
                                             {"GST_DEBUG_FILE", log.string()}});
        ASSERT_EQ(run.exit_code, 0) << run.err;
        // What looks at the file's streams first decodes through uridecodebin, one picture.
        EXPECT_EQ(made_elements(log, "decodebin") - made_elements(log, "uridecodebin"), passes);
    }
}

TEST_F(LabelCommand, LabelledVideoOfOddSizeIsMadeEven)
{
    const fs::path video =
        made_by("videotestsrc num-buffers=90 ! video/x-raw,width=63,height=45 ! jpegenc ! avimux",
                at("odd.avi"));
    const CommandRun run = label({video.string(), "--video"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const fovea::MediaInfo media = fovea::media_info(at("odd.avi.fovea/labelled.mp4"));
    EXPECT_EQ(media.size.width, 64);
    EXPECT_EQ(media.size.height, 46);
}

TEST_F(LabelCommand, TinyVideoIsEnlargedToWhatMp4Holds)
{
    const fs::path video = made_by(
        "videotestsrc num-buffers=9 ! video/x-raw,width=17,height=13 ! avenc_ffv1 ! matroskamux",
        at("tiny.mkv"));
    const CommandRun run = label({video.string(), "--video"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const fovea::MediaInfo media = fovea::media_info(at("tiny.mkv.fovea/labelled.mp4"));
    EXPECT_EQ(media.size.width, 18);
    EXPECT_EQ(media.size.height, 16);
}

TEST_F(LabelCommand, VideoFilmedUprightIsSeenUpright)
{
    const fs::path video = turned(ball(at("upright.mp4"), 60, 320, 180));
    const CommandRun run = label({video.string(), "--video"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto whole = activities(at("upright.mp4.fovea"), Activity::Scope::Video);
    ASSERT_EQ(whole.size(), 1U);
    EXPECT_EQ(whole.front().resolution.width, 180);
    EXPECT_EQ(whole.front().resolution.height, 320);
    EXPECT_EQ(fovea::media_info(at("upright.mp4.fovea/labelled.mp4")).size.width, 180);
}

TEST_F(LabelCommand, SummaryKeepsItsShareWithSoundOfTheSameLength)
{
    const fs::path video = made_by(
        "videotestsrc pattern=ball num-buffers=240 ! "
        "video/x-raw,framerate=30/1,width=320,height=240"
        " ! x264enc ! queue ! mp4mux name=m audiotestsrc num-buffers=345 ! avenc_aac ! queue ! m. "
        "m.",
        at("sound.mp4"));
    const CommandRun run =
        label({video.string(), "--summary", "--summary-ratio", "0.4", "--format", "jsonl"});
    ASSERT_EQ(run.exit_code, 0) << run.err;

    const fs::path summary = at("sound.mp4.fovea/summary.mp4");
    const fovea::MediaInfo media = fovea::media_info(summary);
    EXPECT_TRUE(media.has_audio);
    EXPECT_EQ(media.size.width, 320);
    EXPECT_GT(fovea::to_seconds(media.duration), 1.0); // of 8 s: whole stretches, up to 3.2 s
    EXPECT_LT(fovea::to_seconds(media.duration), 3.5);
    const auto first = fs::last_write_time(summary);
    EXPECT_NE(label({video.string(), "--summary", "--summary-ratio", "0.4", "--format", "jsonl"})
                  .out.find("labelled before"),
              std::string::npos);

    const auto results = fs::last_write_time(at("sound.mp4.fovea/results.jsonl"));
    ASSERT_EQ(label({video.string(), "--summary", "--format", "jsonl"}).exit_code, 0);
    EXPECT_GT(fs::last_write_time(summary), first); // another share
    EXPECT_EQ(fs::last_write_time(at("sound.mp4.fovea/results.jsonl")), results);
}

TEST_F(LabelCommand, PrintedPipelineRunsAsItIs)
{
    const fs::path video = ball(at("a ball.mp4"), 150);
    const CommandRun printed = label({video.string(), "--print-pipeline"});
    ASSERT_EQ(printed.exit_code, 0) << printed.err;
    EXPECT_FALSE(fs::exists(video.string() + ".fovea"));

    const CommandRun run = fovea_test::run_program({"sh", "-c", printed.out});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find("\"activity\""), std::string::npos) << run.out;
}

TEST_F(LabelCommand, AnAddressHasNoPipelineThatRunsAsItIs)
{
    const CommandRun run =
        label({"https://127.0.0.1:9/a.mp4?X-Amz-Signature=secret", "--print-pipeline"});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(run.err, "fovea: --print-pipeline: 'https://127.0.0.1:9/a.mp4' is an address, which "
                       "label copies to a file before it is looked at; expected a file: fetch it "
                       "first\n");
}

TEST_F(LabelCommand, ExtractWritesRowsOfEachTimestep)
{
    const fs::path video = ball(at("ball.mp4"), 300);
    const std::vector<std::string> words = {"extract",     video.string(),
                                            "--model",     "watch",
                                            "--detector",  "hog",
                                            "--sampling",  "uniform",
                                            "--timesteps", "4",
                                            "--label",     "rolling",
                                            "--out",       at("features").string()};
    const CommandRun run = run_fovea(words);
    ASSERT_EQ(run.exit_code, 0) << run.err;

    const fovea::FeatureFile features = fovea::read_feature_file(at("features/ball.pt"));
    EXPECT_EQ(features.features.shape, (std::vector<std::int64_t>{2, 4 * 4, 128}));
    EXPECT_EQ(features.label, "rolling");
    EXPECT_EQ(features.video_id, "ball");
    EXPECT_EQ(features.bundle, "watch");
    EXPECT_NE(run_fovea(words).out.find("extracted before"), std::string::npos);
}

TEST_F(LabelCommand, MirroredRowsAreThoseOfTheMirroredVideo)
{
    const fs::path video = ball(at("ball.mp4"), 60);
    const fs::path turned_round =
        made_by("filesrc location='" + video.string() +
                    "' ! decodebin ! videoconvert ! videoflip video-direction=horiz ! matroskamux",
                at("turned.mkv"));
    const auto extract = [&](const fs::path &file, const std::string &mirrored) {
        return run_fovea({"extract", file.string(), "--detector", "hog", "--sampling", "uniform",
                          "--timesteps", "2", mirrored, "--out", at("features").string()});
    };
    ASSERT_EQ(extract(video, "--mirrored").exit_code, 0);
    ASSERT_EQ(extract(turned_round, "--force").exit_code, 0);
    const auto both = fovea::read_feature_file(at("features/ball.pt"));
    const auto turned = fovea::read_feature_file(at("features/turned.pt"));
    EXPECT_TRUE(turned.mirrored.values.empty());
    ASSERT_EQ(both.mirrored.shape, turned.features.shape);
    EXPECT_EQ(both.mirrored.values, turned.features.values);
    EXPECT_NE(both.mirrored.values, both.features.values);

    EXPECT_NE(extract(video, "--mirrored").out.find("extracted before"), std::string::npos);
    EXPECT_NE(extract(video, "--force").out.find("written"), std::string::npos);
    EXPECT_NE(extract(video, "--mirrored").out.find("written"), std::string::npos)
        << "the file of before has none";
    EXPECT_EQ(std::distance(fs::directory_iterator(at("features")), {}), 4) << "no leftover";
}

TEST_F(LabelCommand, FightIsTold)
{
    const fs::path clips = shared() / "data" / "fights" / "fight";
    if (shared().empty() || !fs::exists(clips))
        GTEST_SKIP() << "no real clips: FOVEA_SHARED is not there";
    std::vector<std::string> files;
    for (const auto &entry : fs::directory_iterator(clips))
        files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    files.resize(std::min<std::size_t>(files.size(), 10));
    std::vector<std::string> words = {"label", "--out", at("out").string()};
    words.insert(words.end(), files.begin(), files.end());
    const CommandRun run = run_fovea(words);
    ASSERT_EQ(run.exit_code, 0) << run.err;
    int fights = 0;
    for (const auto &entry : fs::directory_iterator(at("out"))) {
        const auto whole = activities(entry.path(), Activity::Scope::Video);
        fights += !whole.empty() && whole.front().activity.label.label == "fight" ? 1 : 0;
    }
    EXPECT_GE(fights,
              4); // of 10; it finds about half, and how many of all is test_command_real_clips's
}

TEST_F(LabelCommand, UsageErrorsAreOneLine)
{
    for (const std::vector<std::string> &words : {std::vector<std::string>{"label"},
                                                  {"label", "x.mp4", "--wrong"},
                                                  {"lable", "x.mp4"},
                                                  {}}) {
        const CommandRun run = run_fovea(words);
        EXPECT_EQ(run.exit_code, 2);
        EXPECT_EQ(lines(run.err), 1) << run.err;
    }
    EXPECT_EQ(run_fovea({"--version"}).out,
              "fovea " + std::string(std::getenv("FOVEA_VERSION")) + "\n");
    EXPECT_NE(run_fovea({"label", "--help"}).out.find("--detector"), std::string::npos);
}

TEST_F(LabelCommand, DoctorNamesVersionsAndElements)
{
    const CommandRun run = run_fovea({"doctor"});
    EXPECT_EQ(run.exit_code, 0) << run.out;
    for (const char *word : {"GStreamer", "LibTorch", "OpenCV", "BLAS", "foveadetect", "foveapose",
                             "mqtt", "kafka", "http", "watch"})
        EXPECT_NE(run.out.find(word), std::string::npos) << word;
}

TEST_F(LabelCommand, DoctorSaysWhatIsWrongWithTheDefaultModelsCard)
{
    fs::copy(fs::path(std::getenv("FOVEA_MODEL_PATH")) / "watch", at("watch"));
    fovea::Json card = fovea::read_json(at("watch/card.json"));
    card["pose"] = "movenet-lightnin";
    write_text(at("watch/card.json"), card.dump());
    const CommandRun run = run_fovea({"doctor"}, {{"FOVEA_MODEL_PATH", at("").string()}});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(
        run.out.find("entry 'pose' is 'movenet-lightnin', expected a model that finds keypoints"),
        std::string::npos)
        << run.out;
}

TEST_F(LabelCommand, DoctorWithoutThePluginSaysSoAndFails)
{
    const CommandRun run = run_fovea({"doctor"}, {{"GST_PLUGIN_PATH_1_0", at("nowhere").string()},
                                                  {"GST_REGISTRY", at("registry.bin").string()}});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.out.find("no libgstfovea.so"), std::string::npos) << run.out;
}

TEST_F(LabelCommand, AFolderThatAnotherProcessWritesIsLeftAndTheNextVideoLabelled)
{
    const fs::path held = ball(at("held.mp4"), 90);
    const fs::path other = ball(at("other.mp4"), 90);
    const fovea::StagingFolder holder(held.string() + ".fovea",
                                      fovea::StagingFolder::Use::Exclusive);
    const CommandRun run = label({held.string(), other.string()});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("process " + std::to_string(getpid())), std::string::npos) << run.err;
    EXPECT_FALSE(fs::exists(held.string() + ".fovea/results.jsonl"));
    EXPECT_TRUE(fs::exists(other.string() + ".fovea/results.jsonl"));
}

TEST_F(LabelCommand, TwoRunsOnOneVideoLeaveTheResultsOfOne)
{
    const fs::path video = ball(at("long.mp4"), 900);
    const std::string command = "\"$FOVEA_COMMAND\" label --detector hog '" + video.string() + "'";
    const CommandRun run = fovea_test::run_program(
        {"sh", "-c",
         command + " & first=$!; " + command + "; second=$?; wait $first; exit $((second + $?))"});
    const bool one_was_told = run.err.find("process ") != std::string::npos ||
                              run.out.find("labelled before") != std::string::npos;
    EXPECT_TRUE(one_was_told) << run.out << run.err;
    EXPECT_LE(run.exit_code, 1) << run.err;
    const auto of_video = activities(video.string() + ".fovea", Activity::Scope::Video);
    EXPECT_EQ(of_video.size(), 1U);
}

TEST_F(LabelCommand, ResultsOfTwoRunsInOneFileAreMadeAnew)
{
    const fs::path video = ball(at("ball.mp4"), 90);
    ASSERT_EQ(label({video.string()}).exit_code, 0);
    const fs::path folder = video.string() + ".fovea";
    const std::string once = read_text(folder / "results.jsonl");
    for (const std::string &damaged : {once + once, once.substr(0, once.size() / 2)}) {
        write_text(folder / "results.jsonl", damaged);
        const CommandRun run = label({video.string()});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        EXPECT_EQ(run.out.find("labelled before"), std::string::npos) << run.out;
        EXPECT_EQ(activities(folder, Activity::Scope::Video).size(), 1U);
    }
}

TEST_F(LabelCommand, EarlierOutputsStayUntilNewOnesAreWhole)
{
    const fs::path video = ball(at("ball.mp4"), 90);
    ASSERT_EQ(label({video.string(), "--video"}).exit_code, 0);
    const fs::path folder = video.string() + ".fovea";
    const std::string results = read_text(folder / "results.jsonl");
    const std::string labelled = read_text(folder / "labelled.mp4");
    cut(video, 0.02, video); // not one frame is left
    EXPECT_EQ(label({video.string(), "--video", "--force"}).exit_code, 1);
    EXPECT_EQ(read_text(folder / "results.jsonl"), results);
    EXPECT_EQ(read_text(folder / "labelled.mp4"), labelled);
}

TEST_F(LabelCommand, SigtermEndsItAsCtrlCDoes)
{
    const fs::path video = ball(at("long.mp4"), 1500);
    const CommandRun run = fovea_test::run_program(
        {"sh", "-c",
         "\"$FOVEA_COMMAND\" label --detector hog '" + video.string() +
             "' & run=$!; while ! ls -d '" + video.string() +
             ".fovea'/.part-* >/dev/null 2>&1; do sleep 0.1; done; kill -TERM $run; wait $run"});
    EXPECT_EQ(run.exit_code, 130);
    EXPECT_NE(run.err.find("interrupted"), std::string::npos) << run.err;
    EXPECT_FALSE(fs::exists(video.string() + ".fovea")) << "nothing half made stays";
}
