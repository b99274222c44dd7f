// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/train/lists/clip_list.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

TEST(Kinetics, ClipsCutOutAndWholeVideosAreFound)
{
    const TemporaryFolder folder;
    folder.write("abseiling/-3B32lodo2M_000059_000069.mp4");
    folder.write("---QUuC4vJs.mkv");
    const auto list = read_clip_list(folder.write("kinetics_val.csv",
                                                  "label,youtube_id,time_start,time_end,split\n"
                                                  "abseiling,-3B32lodo2M,59,69,train\n"
                                                  "\"testifying\",---QUuC4vJs,84,94,validate\n"));
    ASSERT_EQ(list.clips.size(), 2U);
    EXPECT_EQ(list.clips[0].path.filename(), "-3B32lodo2M_000059_000069.mp4");
    EXPECT_EQ(list.clips[0].split, "train");
    EXPECT_DOUBLE_EQ(list.clips[0].start.seconds(10), 0) << "cut out already";
    EXPECT_DOUBLE_EQ(list.clips[0].end.seconds(10), 10);
    EXPECT_EQ(list.clips[1].label, "testifying");
    EXPECT_EQ(list.clips[1].split, "val");
    EXPECT_DOUBLE_EQ(list.clips[1].start.seconds(200), 84);
    EXPECT_DOUBLE_EQ(list.clips[1].end.seconds(200), 94);
    EXPECT_EQ(list.clips[1].group, "---QUuC4vJs");
}

TEST(Kinetics, ATimeMayBeBeyondAnIntegerOf32Bits)
{
    const TemporaryFolder folder;
    folder.write("a_3000000000_3000000010.mp4");
    const auto list = read_clip_list(folder.write("kinetics_val.csv",
                                                  "label,youtube_id,time_start,time_end,split\n"
                                                  "abseiling,a,3000000000,3000000010,train\n"));
    ASSERT_EQ(list.clips.size(), 1U);
    EXPECT_EQ(list.clips[0].id, "a_3000000000_3000000010");
}

TEST(ActivityNet, AClipForEachAnnotation)
{
    const TemporaryFolder folder;
    folder.write("v_sJFgo9H6zNo.mp4");
    folder.write("QOlSCBRmfWY.mp4");
    const auto list = read_clip_list(folder.write("activity_net.json", R"({
        "version": "VERSION 1.3",
        "taxonomy": [],
        "database": {
            "sJFgo9H6zNo": {"subset": "training", "duration": 141.05, "resolution": "320x240",
                "annotations": [{"segment": [0.0, 124.5], "label": "Fun sliding down"},
                                {"segment": [130, 140.5], "label": "Beer pong"}]},
            "QOlSCBRmfWY": {"subset": "validation", "duration": 82.7,
                "annotations": [{"segment": [6.2, 77.9], "label": "Beer pong"}]},
            "3fDh1ni00hg": {"subset": "testing", "duration": 12, "annotations": []}
        }})"));
    ASSERT_EQ(list.clips.size(), 3U);
    EXPECT_EQ(list.clips[0].path.filename(), "v_sJFgo9H6zNo.mp4");
    EXPECT_EQ(list.clips[0].label, "Fun sliding down");
    EXPECT_EQ(list.clips[0].split, "train");
    EXPECT_DOUBLE_EQ(list.clips[0].end.seconds(141.05), 124.5);
    EXPECT_EQ(list.clips[1].id, "sJFgo9H6zNo~2");
    EXPECT_EQ(list.clips[2].split, "val");
    EXPECT_EQ(list.clips[2].path.filename(), "QOlSCBRmfWY.mp4");
    ASSERT_FALSE(list.warnings.empty());
    EXPECT_NE(list.warnings[0].find("': 1 video without an annotation left out"), std::string::npos)
        << list.warnings[0];
}

TEST(ActivityNet, ASegmentThatEndsWhereItBeginsOrBeforeIsLeftOut)
{
    const TemporaryFolder folder;
    folder.write("v_a.mp4");
    const auto list = read_clip_list(folder.write("activity_net.json", R"({"database": {
            "a": {"subset": "training", "annotations": [{"segment": [5, 5], "label": "b"},
                {"segment": [1, 4], "label": "b"}, {"segment": [7, 3], "label": "b"}]}}})"));
    ASSERT_EQ(list.clips.size(), 1U);
    EXPECT_DOUBLE_EQ(list.clips[0].end.seconds(10), 4);
    EXPECT_EQ(list.warnings[0], "'" + (folder.path() / "v_a.mp4").string() +
                                    "': from 5 to 5 is no stretch; left out, and 1 more");
}

TEST(ActivityNet, WhatIsWrongIsNamedByItsPath)
{
    const TemporaryFolder folder;
    const auto refuses = [&](const std::string &text, const std::string &error) {
        const auto file = folder.write("a.json", text);
        EXPECT_EQ(error_of([&] { read_clip_list(file); }), "'" + file.string() + error);
    };
    const std::string video = ": database: x";
    const std::string note = video + ": annotations[1]': ";
    const auto with_second = [](const std::string &annotation) {
        return R"({"database": {"x": {"subset": "training", "annotations": [
                   {"segment": [1, 2], "label": "a"}, )" +
               annotation + "]}}}";
    };
    const std::string times = ", expected start and end in seconds";
    refuses(with_second(R"({"segment": [1], "label": "a"})"),
            note + "entry 'segment' is [1]" + times);
    refuses(with_second(R"({"segment": [-1, 2], "label": "a"})"),
            note + "entry 'segment' is [-1,2]" + times);
    refuses(with_second(R"({"segment": [1e300, 2], "label": "a"})"),
            note + "entry 'segment' is [1e+300,2]" + times);
    refuses(with_second(R"({"segment": [1, 1e300], "label": "a"})"),
            note + "entry 'segment' is [1,1e+300]" + times);
    refuses(with_second(R"({"segment": [1, "2"], "label": "a"})"),
            video + ": annotations[1]: segment': entry '1' is \"2\", expected a value of another "
                    "type than string");
    refuses(with_second(R"({"segment": [1, 2], "label": 7})"),
            note + "entry 'label' is 7, expected a value of another type than number");
    refuses(with_second(R"({"segment": [1, 2]})"), note + "the entry 'label' is missing");
    refuses(with_second("3"), note + "expected a JSON object, got number");
    refuses(R"({"database": {"x": {"annotations": "none"}}})",
            video + "': entry 'annotations' is \"none\", expected an array");
    refuses(R"({"database": {"x": 1}})", video + "': expected a JSON object, got number");
    refuses(R"({"database": []})",
            "': entry 'database' is [], expected an object with a video for each key");
    refuses(R"({"database": {"x": {}, "x": {}}})", "' has the entry database.x twice");
    refuses(R"({"database": {"x": )" + std::string(70, '[') + std::string(70, ']') + "}}",
            "' is nested deeper than 64 at database.x" + [] {
                std::string path;
                while (path.size() < 120)
                    path += "[0]";
                return path.substr(0, 120 - std::string("database.x").size());
            }());
    const std::string large = error_of(
        [&] { read_clip_list(folder.write("a.json", with_second(R"({"segment": [1, 1e400]})"))); });
    EXPECT_NE(large.find("a.json' is not JSON: "), std::string::npos) << large;
    EXPECT_NE(large.find("1e400"), std::string::npos) << large;
    EXPECT_NE(large.find("(in database.x.annotations[1].segment"), std::string::npos) << large;
    EXPECT_EQ(large.find('\n'), std::string::npos) << large;
}

TEST(Something, WhatIsWrongIsNamedByItsPath)
{
    const TemporaryFolder folder;
    const auto refuses = [&](const std::string &text, const std::string &error) {
        const auto file = folder.write("something-something-v2-train.json", text);
        EXPECT_EQ(error_of([&] { read_clip_list(file); }), "'" + file.string() + error);
    };
    const std::string first = R"([{"id": "1", "template": "Holding [something]"}, )";
    refuses(first + R"({"id": 2, "template": "a"}])",
            ": [1]': entry 'id' is 2, expected a value of another type than number");
    refuses(first + R"({"id": "2"}])", ": [1]': the entry 'template' is missing");
    refuses(first + "null]", ": [1]': expected a JSON object, got null");
    refuses(R"({"a": {"id": "1", "template": "b"}})",
            "': expected a JSON array of videos, got object");
    refuses(first + R"({"id": "2", "id": "3"}])", "' has the entry [1].id twice");
}

TEST(Charades, TimesThatNoVideoHasAreRefused)
{
    const TemporaryFolder folder;
    for (const char *action : {"c092 1 1e300", "c092 -1 2", "c092 1 inf", "c092 nan 2"}) {
        const auto file = folder.write("Charades_v1_train.csv",
                                       "id,subject,actions\n46GP8,HR43," + std::string(action));
        EXPECT_EQ(error_of([&] { read_clip_list(file); }),
                  "'" + file.string() +
                      "': video '46GP8': expected actions like c092 11.90 21.20, got '" + action +
                      "'");
    }
}

TEST(Charades, AClipForEachActionGroupedBySubject)
{
    const TemporaryFolder folder;
    folder.write("46GP8.mp4");
    folder.write("N11GT.mp4");
    const auto file = folder.write(
        "Charades_v1_train.csv",
        "id,subject,scene,quality,relevance,verified,script,objects,descriptions,actions,length\n"
        "46GP8,HR43,Kitchen,6,7,Yes,\"A person cooks, \"\"quickly\"\", and eats.\",food;stove,"
        "\"Someone cooks.\",c092 11.90 21.20;c147 0.00 12.60,24.83\n"
        "N11GT,0KZ7,Stairs,6,7,Yes,Walks.,,Walks.,,18.33\n");
    const ClipList list = read_clip_list(file);
    ASSERT_EQ(list.clips.size(), 2U) << "a video without an action has no clip";
    EXPECT_EQ(list.clips[0].id, "46GP8-c092");
    EXPECT_EQ(list.clips[0].label, "c092");
    EXPECT_EQ(list.clips[0].group, "HR43");
    EXPECT_EQ(list.clips[0].split, "train");
    EXPECT_DOUBLE_EQ(list.clips[0].start.seconds(24.83), 11.9);
    EXPECT_DOUBLE_EQ(list.clips[0].end.seconds(24.83), 21.2);
    EXPECT_EQ(list.clips[1].label, "c147");

    ListOptions many;
    many.many_labels = true;
    const ClipList videos = read_clip_list(file, many);
    ASSERT_EQ(videos.clips.size(), 2U);
    EXPECT_EQ(videos.clips[1].path.filename(), "N11GT.mp4");
    EXPECT_EQ(videos.clips[1].group, "0KZ7");
    EXPECT_TRUE(videos.clips[1].labels().empty()) << "it shows none of the classes";
}

TEST(Charades, AnActionThatEndsBeforeItStartsIsTheVideosAllTheSame)
{
    const TemporaryFolder folder;
    folder.write("46GP8.mp4");
    ListOptions many;
    many.many_labels = true;
    const ClipList list = read_clip_list(
        folder.write("Charades_v1_train.csv",
                     "id,subject,actions\n46GP8,HR43,c092 7.00 3.00;c147 0.00 1.00\n"),
        many);
    ASSERT_EQ(list.clips.size(), 1U);
    EXPECT_EQ(list.clips[0].labels(), (std::vector<std::string>{"c092", "c147"}));
    write_clip_list(folder.path() / "list.csv", list);
    EXPECT_EQ(read_clip_list(folder.path() / "list.csv", many).clips[0].labels(),
              list.clips[0].labels());
}

class Breakfast : public testing::Test
{
protected:
    void SetUp() override
    {
        folder_.write("splits/train.split1.bundle",
                      "#bundle\nP16_cam01_P16_cereals.txt\nP17_webcam01_P17_milk.txt\n");
        folder_.write("splits/test.split1.bundle",
                      "/data/breakfast/groundTruth/P03_cam01_P03_cereals.txt\n");
        folder_.write("groundTruth/P16_cam01_P16_cereals.txt",
                      "SIL\nSIL\nSIL\npour_cereals\npour_cereals\nSIL\n");
        folder_.write("groundTruth/P17_webcam01_P17_milk.txt", "SIL\nstir\npour_milk\n");
        folder_.write("groundTruth/P03_cam01_P03_cereals.txt", "pour_cereals\npour_milk\n");
        folder_.write("P16/cam01/P16_cereals.avi");
        folder_.write("videos/P17_webcam01_P17_milk.mp4");
        folder_.write("videos/P03/cam01/P03_cereals.avi");
    }

    TemporaryFolder folder_;
};

TEST_F(Breakfast, AVideoIsOneActivityOfOneActor)
{
    const auto list = read_clip_list(folder_.path());
    ASSERT_EQ(list.clips.size(), 3U);
    EXPECT_EQ(list.clips[0].label, "cereals");
    EXPECT_EQ(list.clips[0].group, "P16");
    EXPECT_EQ(list.clips[0].split, "train");
    EXPECT_EQ(list.clips[1].label, "milk");
    EXPECT_EQ(list.clips[2].split, "test");
    EXPECT_EQ(list.clips[2].id, "P03_cam01_P03_cereals");
    EXPECT_EQ(list.labels, (std::vector<std::string>{"cereals", "milk"}));
}

TEST_F(Breakfast, AStereoCamerasVideoIsFoundUnderItsPublishedName)
{
    folder_.write("splits/test.split1.bundle", "P03_stereo01_P03_cereals.txt\n");
    folder_.write("P03/stereo/P03_cereals_ch1.avi");
    const auto list = read_clip_list(folder_.path());
    EXPECT_EQ(list.clips[2].path.filename(), "P03_cereals_ch1.avi");
    EXPECT_EQ(list.clips[2].id, "P03_stereo01_P03_cereals");
}

TEST_F(Breakfast, ANameWithoutAnActorIsRefused)
{
    folder_.write("groundTruth/_cam01_P03_milk.txt");
    const std::string error = error_of([&] { read_clip_list(folder_.path() / "groundTruth"); });
    EXPECT_NE(error.find("expected names like P03_cam01_P03_cereals, got '_cam01_P03_milk.txt'"),
              std::string::npos)
        << error;
}

TEST_F(Breakfast, AnActorOfAnyNumberIsRead)
{
    folder_.write("groundTruth/P99999999999999999999_cam01_P03_milk.txt");
    folder_.write("P99999999999999999999/cam01/P03_milk.avi");
    EXPECT_EQ(read_clip_list(folder_.path() / "groundTruth").clips.size(), 4U);
}

} // namespace

} // namespace fovea
