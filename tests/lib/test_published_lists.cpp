// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/train/lists/clip_list.h"
#include "fovea/train/lists/list_split.h"
#include "temporary_folder.h"

/* Miniatures of published data sets, in the files and names that they come in */

namespace fovea {

namespace {

const ListedClip &clip_named(const ClipList &list, const std::string &file)
{
    const auto found =
        std::find_if(list.clips.begin(), list.clips.end(),
                     [&](const ListedClip &clip) { return clip.path.filename() == file; });
    EXPECT_TRUE(found != list.clips.end()) << file;
    return found == list.clips.end() ? list.clips.front() : *found;
}

class Ucf101 : public testing::Test
{
protected:
    void SetUp() override
    {
        for (const char *name : {"Archery/v_Archery_g08_c01", "Archery/v_Archery_g08_c02",
                                 "Archery/v_Archery_g09_c01", "Archery/v_Archery_g01_c01",
                                 "Surfing/v_Surfing_g08_c01", "Surfing/v_Surfing_g01_c02"})
            folder_.write("UCF-101/" + std::string(name) + ".avi");
        folder_.write("ucfTrainTestlist/classInd.txt", "1 Archery\r\n2 Surfing\r\n");
        folder_.write("ucfTrainTestlist/trainlist01.txt", "Archery/v_Archery_g08_c01.avi 1\r\n"
                                                          "Archery/v_Archery_g08_c02.avi 1\r\n"
                                                          "Archery/v_Archery_g09_c01.avi 1\r\n"
                                                          "Surfing/v_Surfing_g08_c01.avi 2\r\n");
        folder_.write("ucfTrainTestlist/testlist01.txt", "Archery/v_Archery_g01_c01.avi\r\n"
                                                         "Surfing/v_Surfing_g01_c02.avi\r\n");
        folder_.write("ucfTrainTestlist/trainlist02.txt", "Archery/v_Archery_g01_c01.avi 1\n"
                                                          "Surfing/v_Surfing_g01_c02.avi 2\n");
        folder_.write("ucfTrainTestlist/testlist02.txt", "Archery/v_Archery_g08_c01.avi\n"
                                                         "Surfing/v_Surfing_g08_c01.avi\n");
        options_.root = folder_.path() / "UCF-101";
    }

    TemporaryFolder folder_;
    ListOptions options_;
};

TEST_F(Ucf101, ItsSplitFilesAreRead)
{
    const ClipList list = read_clip_list(folder_.path() / "ucfTrainTestlist", options_);
    ASSERT_EQ(list.clips.size(), 6U);
    EXPECT_EQ(list.labels, (std::vector<std::string>{"Archery", "Surfing"}));
    EXPECT_EQ(list.of_split("train").size(), 4U);
    EXPECT_EQ(list.of_split("test").size(), 2U);
    const ListedClip clip = clip_named(list, "v_Archery_g08_c02.avi");
    EXPECT_EQ(clip.label, "Archery");
    EXPECT_EQ(clip.group, "Archery_g08");
    EXPECT_EQ(clip.split, "train");
}

TEST_F(Ucf101, TheFileNamedSaysWhichOfTheThreeSplits)
{
    const auto folder = folder_.path() / "ucfTrainTestlist";
    for (const char *name : {"trainlist02.txt", "testlist02.txt"}) {
        const ClipList list = read_clip_list(folder / name, options_);
        EXPECT_EQ(clip_named(list, "v_Archery_g01_c01.avi").split, "train");
        EXPECT_EQ(clip_named(list, "v_Archery_g08_c01.avi").split, "test");
    }
}

TEST_F(Ucf101, AGroupIsNeverTornApartByTheSplitThatIsMadeForValidation)
{
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        ClipList list = read_clip_list(folder_.path() / "ucfTrainTestlist", options_);
        SplitOptions split;
        split.seed = seed;
        split.validation = 0.4;
        EXPECT_TRUE(make_split(&list, split));
        std::map<std::string, std::string> split_of;
        for (const ListedClip &clip : list.clips) {
            const auto known = split_of.emplace(clip.group, clip.split).first;
            EXPECT_EQ(known->second, clip.split) << clip.group;
        }
    }
}

TEST_F(Ucf101, AGroupInBothSplitsIsRefused)
{
    folder_.write("ucfTrainTestlist/testlist01.txt", "Archery/v_Archery_g08_c01.avi\n");
    EXPECT_THROW(read_clip_list(folder_.path() / "ucfTrainTestlist", options_), Error);
}

TEST_F(Ucf101, ALineThatIsNoneIsNamed)
{
    folder_.write("ucfTrainTestlist/testlist01.txt", "v_Archery.avi\n");
    try {
        read_clip_list(folder_.path() / "ucfTrainTestlist", options_);
        FAIL() << "accepted";
    } catch (const Error &error) {
        EXPECT_NE(std::string(error.what()).find("testlist01.txt': expected lines like"),
                  std::string::npos)
            << error.what();
    }
}

TEST(Hmdb51, OneIsTrainingTwoIsTestNoughtIsNeither)
{
    const TemporaryFolder folder;
    const std::string film = "April_09_brush_hair_u_nm_np1_ba_goo_";
    for (const char *number : {"0", "1", "2"})
        folder.write("videos/brush_hair/" + film + number + ".avi");
    folder.write("videos/cartwheel/Bodenturnen_2004_cartwheel_f_cm_np1_le_med_0.avi");
    folder.write("videos/cartwheel/Kurt_cartwheel_f_cm_np1_ri_med_1.avi");
    folder.write("splits/brush_hair_test_split1.txt",
                 film + "0.avi 1 \n" + film + "1.avi 0 \n" + film + "2.avi 2 \n");
    folder.write("splits/cartwheel_test_split1.txt",
                 "Bodenturnen_2004_cartwheel_f_cm_np1_le_med_0.avi 2 \n"
                 "Kurt_cartwheel_f_cm_np1_ri_med_1.avi 1 \n");
    folder.write("splits/brush_hair_test_split2.txt", film + "1.avi 1 \n" + film + "0.avi 2 \n");
    folder.write("splits/cartwheel_test_split2.txt",
                 "Bodenturnen_2004_cartwheel_f_cm_np1_le_med_0.avi 1 \n");
    ListOptions options;
    options.root = folder.path() / "videos";
    const ClipList first = read_clip_list(folder.path() / "splits", options);
    ASSERT_EQ(first.clips.size(), 4U);
    EXPECT_EQ(first.labels, (std::vector<std::string>{"brush_hair", "cartwheel"}));
    EXPECT_EQ(clip_named(first, film + "0.avi").split, "train");
    EXPECT_EQ(clip_named(first, film + "2.avi").split, "test");
    EXPECT_EQ(clip_named(first, "Kurt_cartwheel_f_cm_np1_ri_med_1.avi").group, "Kurt_cartwheel");

    const ClipList second =
        read_clip_list(folder.path() / "splits/brush_hair_test_split2.txt", options);
    ASSERT_EQ(second.clips.size(), 3U);
    EXPECT_EQ(clip_named(second, film + "1.avi").split, "train");
}

TEST(Thumos14, StretchesOfTheTextFilesAndAmbiguousIsNoClass)
{
    const TemporaryFolder folder;
    for (const char *name : {"validation/video_validation_0000266", "test/video_test_0000004"})
        folder.write("videos/" + std::string(name) + ".mp4");
    folder.write("annotation/BaseballPitch_val.txt", "video_validation_0000266  72.80 76.40\n"
                                                     "video_validation_0000266  81.00 84.50\n");
    folder.write("annotation/Ambiguous_val.txt", "video_validation_0000266  90.0 95.0\n");
    folder.write("annotation/test/BaseballPitch_test.txt", "video_test_0000004 0.20 1.10\n");
    folder.write("annotation/test/Ambiguous_test.txt", "video_test_0000004 5.00 6.00\n");
    ListOptions options;
    options.root = folder.path() / "videos";
    const ClipList list = read_clip_list(folder.path() / "annotation", options);
    ASSERT_EQ(list.clips.size(), 5U);
    EXPECT_EQ(list.labels, std::vector<std::string>{"BaseballPitch"});
    for (const ListedClip &clip : list.clips) {
        const bool is_test = clip.path.stem() == "video_test_0000004";
        EXPECT_EQ(clip.split, is_test ? "test" : "train");
        EXPECT_EQ(list.class_of(clip.label), clip.label == "Ambiguous" ? -1 : 0);
    }
    const ListedClip &first = list.clips[1]; // behind Ambiguous_val.txt
    EXPECT_DOUBLE_EQ(first.start.seconds(100), 72.8);
    EXPECT_DOUBLE_EQ(first.end.seconds(100), 76.4);
}

TEST(Thumos14, ItsArchivesAreReadAsTheyUnpack)
{
    const TemporaryFolder folder;
    folder.write("videos/validation/video_validation_0000266.mp4");
    folder.write("videos/TH14_test_set_mp4/video_test_0000004.mp4");
    folder.write("lists/TH14_Temporal_annotations_validation/annotation/BaseballPitch_val.txt",
                 "video_validation_0000266  72.80 76.40\n");
    folder.write(
        "lists/TH14_Temporal_Annotations_Test/annotations/annotation/BaseballPitch_test.txt",
        "video_test_0000004 0.20 1.10\n");
    ListOptions options;
    options.root = folder.path() / "videos";
    const ClipList list = read_clip_list(folder.path() / "lists", options);
    ASSERT_EQ(list.clips.size(), 2U);
    EXPECT_EQ(clip_named(list, "video_test_0000004.mp4").split, "test");
}

TEST(Hollywood2, AClipHasAllTheActionsItsFilesSay)
{
    const TemporaryFolder folder;
    for (const char *name : {"actioncliptrain00001", "actioncliptrain00002", "actioncliptest00001"})
        folder.write("AVIClips/" + std::string(name) + ".avi");
    folder.write("ClipSets/AnswerPhone_train.txt",
                 "actioncliptrain00001  1\nactioncliptrain00002  -1\n");
    folder.write("ClipSets/Kiss_train.txt", "actioncliptrain00001  1\nactioncliptrain00002  1\n");
    folder.write("ClipSets/AnswerPhone_test.txt", "actioncliptest00001  1\n");
    folder.write("ClipSets/Kiss_test.txt", "actioncliptest00001  -1\n");
    folder.write("ClipSets/actions_train.txt", // which clips there are
                 "actioncliptrain00001  1\nactioncliptrain00002  1\n");
    folder.write("ClipSets/actions_test.txt", "actioncliptest00001  1\n");
    ListOptions options;
    options.root = folder.path() / "AVIClips";
    EXPECT_THROW(read_clip_list(folder.path() / "ClipSets", options), Error);
    options.many_labels = true;
    const ClipList list = read_clip_list(folder.path() / "ClipSets", options);
    ASSERT_EQ(list.clips.size(), 3U);
    EXPECT_EQ(list.labels, (std::vector<std::string>{"AnswerPhone", "Kiss"}));
    EXPECT_EQ(clip_named(list, "actioncliptrain00001.avi").labels(),
              (std::vector<std::string>{"AnswerPhone", "Kiss"}));
    EXPECT_EQ(clip_named(list, "actioncliptrain00002.avi").labels(),
              std::vector<std::string>{"Kiss"});
    EXPECT_EQ(clip_named(list, "actioncliptest00001.avi").split, "test");
}

TEST(SomethingSomething, ItsJsonNamesFoldersOfFramesAndVideos)
{
    const TemporaryFolder folder;
    folder.write("78687.webm");
    folder.write("42326/00001.jpg");
    folder.write("42326/00002.jpg");
    folder.write("something-something-v2-train.json", R"([{"id": "78687",
        "label": "holding potato next to vicks vaporub bottle",
        "template": "Holding [something] next to [something]",
        "placeholders": ["potato", "vicks vaporub bottle"]}])");
    folder.write("something-something-v2-validation.json", R"([{"id": "42326",
        "label": "holding a card next to a cup",
        "template": "Holding [something] next to [something]", "placeholders": ["a", "b"]}])");
    const ClipList both = read_clip_list(folder.path());
    ASSERT_EQ(both.clips.size(), 2U);
    EXPECT_EQ(both.labels, std::vector<std::string>{"Holding something next to something"});
    EXPECT_EQ(clip_named(both, "78687.webm").split, "train");
    EXPECT_EQ(clip_named(both, "42326").split, "val");
    EXPECT_EQ(read_clip_list(folder.path() / "something-something-v2-train.json").clips.size(), 1U);
}

TEST(SomethingSomething, TheFirstVersionsCsvIsRead)
{
    const TemporaryFolder folder;
    folder.write("20bn-something-something-v1/100218/00001.jpg");
    const ClipList list = read_clip_list(folder.write(
        "something-something-v1-train.csv", "100218;Something falling like a feather or paper\n"));
    ASSERT_EQ(list.clips.size(), 1U);
    EXPECT_EQ(list.clips[0].label, "Something falling like a feather or paper");
    EXPECT_EQ(list.clips[0].id, "100218");
}

TEST(SomethingSomething, ALabelOfTheCsvMayHoldCommas)
{
    const TemporaryFolder folder;
    folder.write("20bn-something-something-v1/1/00001.jpg");
    const ClipList list =
        read_clip_list(folder.write("something-something-v1-train.csv",
                                    "1;Putting something, something and something on the table\n"));
    EXPECT_EQ(list.labels,
              std::vector<std::string>{"Putting something, something and something on the table"});
    EXPECT_EQ(list.clips[0].path.filename(), "1");
}

TEST(SomethingSomething, TheLabelsOfItsPresentPublisherAreRead)
{
    const TemporaryFolder folder;
    folder.write("20bn-something-something-v2/1.webm");
    folder.write("20bn-something-something-v2/2.webm");
    folder.write("labels/train.json", R"([{"id":"1","label":"holding a cup",
        "template":"Holding [something]","placeholders":["a cup"]}])");
    folder.write("labels/validation.json", R"([{"id":"2","label":"holding a pen",
        "template":"Holding [something]","placeholders":["a pen"]}])");
    folder.write("labels/test.json", R"([{"id":"3"}])");
    folder.write("labels/labels.json", R"({"Holding something":"0"})");
    ListOptions options;
    options.root = folder.path();
    const ClipList both = read_clip_list(folder.path() / "labels", options);
    ASSERT_EQ(both.clips.size(), 2U);
    EXPECT_EQ(both.labels, std::vector<std::string>{"Holding something"});
    EXPECT_EQ(clip_named(both, "1.webm").split, "train");
    EXPECT_EQ(clip_named(both, "2.webm").split, "val");
    EXPECT_EQ(read_clip_list(folder.path() / "labels/train.json", options).clips.size(), 1U);
}

TEST(Charades, CodesGetTheirNames)
{
    const TemporaryFolder folder;
    folder.write("46GP8.mp4");
    const auto csv = folder.write("Charades_v1_train.csv", "id,subject,actions,length\n"
                                                           "46GP8,HR43,c001 1 2;c092 3 4,24\n");
    ListOptions options;
    for (int i = 0; i < 157; ++i)
        options.labels.push_back("action " + std::to_string(i));
    const ClipList of_model = read_clip_list(csv, options);
    EXPECT_EQ(of_model.clips[0].label, "action 1");
    EXPECT_EQ(of_model.clips[1].label, "action 92");

    folder.write("Charades_v1_classes.txt", "c001 Putting clothes somewhere\n"
                                            "c092 Taking food from somewhere\n");
    const ClipList named = read_clip_list(csv);
    EXPECT_EQ(named.clips[0].label, "Putting clothes somewhere");
    EXPECT_EQ(named.labels.size(), 2U);
}

TEST(Charades, ItsFolderHasBothSplits)
{
    const TemporaryFolder folder;
    folder.write("46GP8.mp4");
    folder.write("YSKX3.mp4");
    folder.write("Charades_v1_train.csv", "id,subject,actions\n46GP8,HR43,c092 3 4\n");
    folder.write("Charades_v1_test.csv", "id,subject,actions\nYSKX3,0KZ7,c092 1 2\n");
    const ClipList list = read_clip_list(folder.path());
    EXPECT_EQ(clip_named(list, "46GP8.mp4").split, "train");
    EXPECT_EQ(clip_named(list, "YSKX3.mp4").split, "test");
}

TEST(Charades, ATestVideoWithoutAnActionIsNotJudged)
{
    const TemporaryFolder folder;
    for (const char *name : {"AAAAA", "BBBBB", "CCCCC", "DDDDD"})
        folder.write(std::string(name) + ".mp4");
    folder.write("Charades_v1_train.csv", "id,subject,actions\nAAAAA,S1,c092 3 4\nBBBBB,S2,\n");
    folder.write("Charades_v1_test.csv", "id,subject,actions\nCCCCC,S3,c092 1 2\nDDDDD,S4,\n");
    ListOptions options;
    options.many_labels = true;
    const ClipList judged = read_clip_list(folder.path(), options);
    EXPECT_EQ(judged.of_split("train").size(), 2U);
    ASSERT_EQ(judged.of_split("test").size(), 1U);
    EXPECT_EQ(judged.of_split("test")[0].path.filename(), "CCCCC.mp4");
    ASSERT_FALSE(judged.warnings.empty());
    EXPECT_EQ(judged.warnings[0], "'" + (folder.path() / "Charades_v1_test.csv").string() +
                                      "': 1 video without an action left out, as Charades' own "
                                      "evaluation does");
    options.with_labels = false;
    EXPECT_EQ(read_clip_list(folder.path(), options).clips.size(), 4U);
}

TEST(BreakfastByActors, BothChannelsOfAStereoCameraAreVideos)
{
    const TemporaryFolder folder;
    folder.write("groundTruth/P03_stereo01_P03_milk.txt");
    folder.write("groundTruth/P03_stereo01_P03_tea.txt");
    folder.write("groundTruth/P03_cam01_P03_milk.txt");
    folder.write("videos/P03/stereo/P03_milk_ch0.avi");
    folder.write("videos/P03/stereo/P03_milk_ch1.avi");
    folder.write("videos/P03/stereo/P03_tea_ch0.avi");
    folder.write("videos/P03/cam01/P03_milk.avi");
    const ClipList list = read_clip_list(folder.path() / "groundTruth");
    ASSERT_EQ(list.clips.size(), 4U);
    EXPECT_EQ(clip_named(list, "P03_milk_ch0.avi").id, "P03_stereo01_P03_milk");
    EXPECT_EQ(clip_named(list, "P03_milk_ch1.avi").id, "P03_stereo01_P03_milk_ch1");
    EXPECT_EQ(clip_named(list, "P03_milk_ch1.avi").label, "milk");
}

TEST(BreakfastByActors, TheLastEightAreTheTestInNaturalOrder)
{
    const TemporaryFolder folder;
    for (int actor = 3; actor <= 54; ++actor) { // P03 to P54: 52 actors
        const std::string name = (actor < 10 ? "P0" : "P") + std::to_string(actor);
        folder.write("groundTruth/" + name + "_stereo01_" + name + "_milk.txt");
        folder.write("videos/" + name + "/stereo/" + name + "_milk_ch0.avi");
    }
    const ClipList list = read_clip_list(folder.path() / "groundTruth");
    ASSERT_EQ(list.clips.size(), 52U);
    EXPECT_EQ(list.of_split("test").size(), 8U);
    EXPECT_EQ(list.of_split("val").size(), 5U);
    EXPECT_EQ(list.of_split("train").size(), 39U);
    EXPECT_EQ(clip_named(list, "P47_milk_ch0.avi").split, "test");
    EXPECT_EQ(clip_named(list, "P46_milk_ch0.avi").split, "val");
    EXPECT_EQ(clip_named(list, "P41_milk_ch0.avi").split, "train");
    EXPECT_EQ(clip_named(list, "P03_milk_ch0.avi").split, "train");
}

} // namespace

} // namespace fovea
