// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/detector_choice.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

TEST(DetectorChoice, IsWhatWasAskedFor)
{
    const ModelChoice choice = choose_detector("hog", {});
    EXPECT_EQ(choice.name, "hog");
    EXPECT_EQ(choice.note, "");
}

TEST(DetectorChoice, IsHogWithoutAWordWhereTheCardNamesNone)
{
    const ModelChoice choice = choose_detector("", {});
    EXPECT_EQ(choice.name, "hog");
    EXPECT_EQ(choice.note, "");
}

TEST(DetectorChoice, IsHogAndSaysSoWhereTheCardsIsNotThere)
{
    const TemporaryFolder empty;
    setenv("FOVEA_CACHE", empty.path().c_str(), 1);
    ActivityCard card;
    card.detector = "fastestdet";
    card.regions.actor = false;
    EXPECT_EQ(choose_detector("", card).note, "") << "of a model that takes nothing of persons";
    card.regions.actor = true;
    const ModelChoice choice = choose_detector("", card);
    EXPECT_EQ(choice.name, "hog");
    EXPECT_EQ(choice.note, "note: detector hog; 'fastestdet', which the model was measured "
                           "with, finds more: fovea models fetch fastestdet");
    card.detector = "no-such-detector";
    EXPECT_EQ(choose_detector("", card).name, "hog");
    EXPECT_EQ(choose_detector("", card).note,
              "note: detector hog; 'no-such-detector', which the card names, is no model that is "
              "there (fovea models list)");
    unsetenv("FOVEA_CACHE");
}

TEST(PoseChoice, IsNoneWhereTheCardsIsNotThereAndSaysSo)
{
    EXPECT_EQ(choose_pose("", {}).note, "");
    ActivityCard card;
    card.pose = "no-such-network";
    EXPECT_EQ(choose_pose("", card).note, "") << "of a model that attends to nobody";
    const ModelChoice choice = choose_pose(AttendedModel::persons, card);
    EXPECT_EQ(choice.name, "");
    EXPECT_EQ(choice.note,
              "note: persons are judged by their boxes; 'no-such-network', which the model was "
              "measured with, tells their keypoints: fovea models fetch no-such-network");
}

TEST(PoseChoice, IsTheSecondWhereTheFirstIsNotThereAndSaysSo)
{
    ActivityCard card;
    card.attended.name = AttendedModel::persons;
    card.pose = "no-such-network";
    card.pose_else = "keypoints";
    const ModelChoice choice = choose_pose("", card);
    EXPECT_EQ(choice.name, "keypoints");
    EXPECT_EQ(choice.note, "note: keypoints by 'keypoints'; with those of 'no-such-network' the "
                           "model finds more: fovea models fetch no-such-network");
    card.pose = "keypoints";
    card.pose_else = "no-such-network";
    EXPECT_EQ(choose_pose("", card).note, "");
    EXPECT_EQ(choose_pose("", card).name, "keypoints");
}

TEST(PoseChoice, RefusesAModelThatFindsNoKeypoints)
{
    ActivityCard card;
    card.pose = "watch";
    card.attended.name = AttendedModel::persons;
    EXPECT_EQ(error_of([&] { choose_pose("", card); }),
              "pose 'watch' recognises activities; expected one that finds keypoints "
              "(fovea models list)");
}

TEST(DetectorChoice, RefusesAModelThatFindsNoPersons)
{
    EXPECT_EQ(error_of([] { choose_detector("watch", {}); }),
              "detector 'watch' recognises activities; expected hog or one that finds persons "
              "(fovea models list)");
}

} // namespace

} // namespace fovea
