// SPDX-License-Identifier: MIT
#include <cstdlib>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/analysis_check.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/core/json.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

/** \brief watch, whose card says no focus and no second model, and cards made from it */
class AnalysisCheck : public testing::Test
{
protected:
    Bundle changed(const std::string &name, const std::string &entry, const Json &value) const
    {
        const Bundle watch = Bundle::open("watch");
        Json card = read_json(watch.folder() / "card.json");
        card["name"] = name;
        card[entry] = value;
        if (value.contains("weights"))
            card["files"].push_back({{"name", value["weights"]}, {"sha256", ""}, {"url", ""}});
        folder_.write(name + "/labels.txt", "normal\nfight\nfall\n");
        return Bundle::open(folder_.write(name + "/card.json", card.dump()).parent_path());
    }

    /** \brief What an element is told */
    std::string told(const AnalysisOptions &options, const Bundle &model) const
    {
        return error_of([&] { check(options, model, OptionsOf::Element); });
    }

    /** \brief What the command is told */
    std::string command(const AnalysisOptions &options, const Bundle &model) const
    {
        return error_of([&] { check(options, model, OptionsOf::Command); });
    }

    TemporaryFolder folder_;
    Bundle watch_ = Bundle::open("watch");
    Bundle looks_twice_ = changed("twice", "focus", {{"kind", "centre"}, {"fusion", "late"}});
    Bundle of_two_ =
        changed("of-two", "focus", {{"kind", "centre"}, {"fusion", "late"}, {"weights", "f.pt"}});
    Bundle attends_ = changed("attends", "attended", {{"model", "other"}, {"sha256", ""}});
    AnalysisOptions options_;
};

TEST_F(AnalysisCheck, NothingAskedGoesWithEveryModel)
{
    EXPECT_FALSE(check(options_, watch_, OptionsOf::Element).is_taken());
    EXPECT_EQ(check(options_, looks_twice_, OptionsOf::Element).focus, Focus::Centre);
    EXPECT_FALSE(check(options_, attends_, OptionsOf::Command).is_taken());
}

TEST_F(AnalysisCheck, EachAloneGoesWithAPlainModel)
{
    options_.gate = 0.5;
    EXPECT_NO_THROW(check(options_, watch_, OptionsOf::Element));
    options_ = {};
    options_.attended = "other";
    EXPECT_NO_THROW(check(options_, watch_, OptionsOf::Element));
    options_ = {};
    options_.streams = true;
    EXPECT_NO_THROW(check(options_, watch_, OptionsOf::Element));
    options_ = {};
    options_.look.focus = Focus::Saliency;
    options_.look.fusion = Fusion::Temporal;
    options_.look.entropy = Entropy::Code;
    const SecondLook look = check(options_, watch_, OptionsOf::Command);
    EXPECT_TRUE(look.is_in_time());
    EXPECT_EQ(look.entropy, Entropy::Code);
    EXPECT_EQ(look.attribution, Attribution::InputTimesGradient) << "as the card of watch says";
}

TEST_F(AnalysisCheck, PartsOfAFocusNeedOne)
{
    options_.look.fusion = Fusion::Late;
    EXPECT_EQ(command(options_, watch_),
              "fusion 'late': expected a focus, got 'none' by the card of 'watch'; add --focus "
              "saliency, or leave --fusion out");
    EXPECT_EQ(told(options_, watch_),
              "property focus-fusion: expected a focus, got 'none' by the card of 'watch'; set "
              "focus=saliency, or leave focus-fusion to the card");
    EXPECT_NO_THROW(check(options_, looks_twice_, OptionsOf::Element));

    options_ = {};
    options_.look.focus = Focus::Centre;
    options_.look.attribution = Attribution::Gradient;
    EXPECT_EQ(command(options_, watch_),
              "attribution 'gradient': expected the focus saliency or upscaled, got 'centre'; add "
              "--focus saliency, or leave --attribution out");
    options_.look.entropy = Entropy::Paper;
    EXPECT_EQ(told(options_, watch_),
              "property focus-entropy: expected the focus saliency or upscaled, got 'centre'; set "
              "focus=saliency, or leave focus-entropy to the card");
}

TEST_F(AnalysisCheck, TimestepsNeedAPlanOfSoMany)
{
    options_.timesteps = 4;
    EXPECT_EQ(command(options_, watch_),
              "timesteps '4': expected a plan of so many, got 'sliding' by the card of 'watch', "
              "which has as many as a video is long; add --sampling uniform, or leave --timesteps "
              "out");
    options_.sampling = Sampling::Every;
    EXPECT_EQ(command(options_, watch_),
              "timesteps '4': expected a plan of so many, got 'every', which has as many as a "
              "video is long; add --sampling uniform, or leave --timesteps out");
    options_.sampling = Sampling::Uniform;
    EXPECT_NO_THROW(check(options_, watch_, OptionsOf::Command));
}

TEST_F(AnalysisCheck, WhereTheLossLooksNeedsTheAnswer)
{
    options_.look.focus = Focus::Saliency;
    options_.look.entropy = Entropy::Truth;
    EXPECT_EQ(
        command(options_, watch_),
        "entropy 'truth': expected a model of many labels, got 'watch', which gives one label "
        "a video, or leave --entropy out");
    Json card = read_json(watch_.folder() / "card.json");
    card["name"] = "many";
    card["head"] = "region-mean";
    card["decision"] = {{"many_labels", true}};
    folder_.write("many/labels.txt", "normal\nfight\nfall\n");
    const Bundle many =
        Bundle::open(folder_.write("many/card.json", card.dump()).parent_path().string());
    EXPECT_EQ(
        command(options_, many),
        "entropy 'truth': expected a list that says what each video shows, got none; use eval "
        "or extract with --list and --many-labels");
    EXPECT_EQ(told(options_, many), "property focus-entropy: expected to be told what the video "
                                    "shows, got nothing; set focus-truth");
    options_.has_truth = true;
    EXPECT_EQ(check(options_, many, OptionsOf::Element).entropy, Entropy::Truth);
}

/* Torabi and Sigal 2017, 3.2: one frame of 16, or of T of 24 two */
TEST_F(AnalysisCheck, OfARowAsManyFramesAreAttendedToAsTheStrideSays)
{
    const ActivityCard c3d = Bundle::open("c3d-fc6").activity(); // a row of 16 frames
    const Bundle pictures = Bundle::open("vgg19-fc6");
    EXPECT_EQ(attended_frames(c3d, /*rows=*/1, pictures), 1) << "every 16th";
    Json card = read_json(pictures.folder() / "card.json");
    card["sampling"]["stride"] = 8;
    const auto folder = folder_.write("denser/card.json", card.dump()).parent_path();
    std::filesystem::copy_file(pictures.folder() / "labels.txt", folder / "labels.txt");
    const Bundle denser = Bundle::open(folder.string());
    EXPECT_EQ(attended_frames(c3d, /*rows=*/1, denser), 2);
    EXPECT_EQ(attended_frames(c3d, /*rows=*/4, denser), 1) << "never none";
    EXPECT_EQ(attended_frames(c3d, /*rows=*/1, Bundle::open("c3d-ucf101")), 0) << "whole clips";
}

TEST_F(AnalysisCheck, AFocusIsOfOneNetwork)
{
    options_.attended = "other";
    EXPECT_EQ(command(options_, looks_twice_),
              "attended 'other': expected no focus, got 'centre' by the card of 'twice'; add "
              "--focus none, or leave --attended out");
    options_.look.focus = Focus::None;
    EXPECT_NO_THROW(check(options_, looks_twice_, OptionsOf::Command));

    options_ = {};
    options_.look.focus = Focus::Repeat;
    EXPECT_EQ(
        told(options_, attends_),
        "model 'attends' attends to 'other': expected no focus, got 'repeat'; set focus=none");
}

TEST_F(AnalysisCheck, AGateGoesWithNeitherAFocusNorAnotherHeadsModel)
{
    options_.gate = 0.5;
    EXPECT_EQ(told(options_, looks_twice_),
              "property gate: the focus is looked at in every timestep; set gate=0, or focus=none");
    EXPECT_EQ(command(options_, looks_twice_),
              "gate: the focus is looked at in every timestep; add --gate 0, or --focus none");
    EXPECT_NO_THROW(check(options_, attends_, OptionsOf::Element)) << "its head knows both";
    options_.attended = "other";
    EXPECT_EQ(told(options_, watch_),
              "property attended: the gate asks the card's head, which knows its own networks "
              "only; set gate=0, or leave attended to the card");
}

TEST_F(AnalysisCheck, AStreamIsOneClipOfOneNetwork)
{
    options_.streams = true;
    EXPECT_EQ(told(options_, looks_twice_),
              "property focus: with mode=streaming or one-shot a stream has no whole clip to look "
              "at twice; set focus=none, or mode=one-at-a-time");
    EXPECT_EQ(told(options_, attends_),
              "property mode: a stream is of one network alone, its rows hold "
              "'other' too; set mode=one-at-a-time");
    options_.gate = 0.5;
    EXPECT_EQ(told(options_, watch_),
              "property gate: a stream cannot leave out timesteps of a region; set gate=0, or "
              "mode=one-at-a-time");
}

TEST_F(AnalysisCheck, ACalibrationIsOfOneNetwork)
{
    options_.precision = "int8";
    EXPECT_NE(command(options_, of_two_).find("model 'of-two' fuses two networks"),
              std::string::npos);
    EXPECT_NO_THROW(check(options_, looks_twice_, OptionsOf::Command)) << "one sees both";
    options_.precision = "bf16";
    EXPECT_NO_THROW(check(options_, of_two_, OptionsOf::Command));
}

} // namespace

} // namespace fovea
