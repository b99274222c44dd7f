// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/sha256.h"
#include "fovea/bundle/weights.h"
#include "fovea/core/json.h"
#include "fovea/store/events/event_store.h"
#include "fovea/store/events/window_store.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/adaptation/adaptation.h"
#include "fovea/train/adaptation/anchors.h"
#include "fovea/train/bundle_writer.h"
#include "recording_watcher.h"
#include "temporary_folder.h"
#include "time_units.h"
#include "watch_rows.h"

namespace fovea {
namespace {

constexpr std::int64_t timesteps = 4;
constexpr int normal = 0; // in the labels of watch
constexpr int fight = 1;

/**
 * \brief A copy of watch, and rows made from its head's own weights: those of a class point where that class's
 * weights do. A camera whose false alarms are fights with something of their own in 16 channels.
 */
class AdaptationTest : public testing::Test
{
protected:
    void SetUp() override
    {
        bundle_ = folder_.path() / "watch";
        std::filesystem::copy(Bundle::open("watch").folder(), bundle_);
        auto card = read_json(bundle_ / "card.json");
        card.erase("anchors");
        write_card(card);
        const Bundle bundle = Bundle::open(bundle_.string());
        ASSERT_EQ(bundle.labels(), (std::vector<std::string>{"normal", "fight", "fall"}));
        weight_ = load_head_module(bundle)->named_parameters()["fc.weight"].detach().clone();
        settings_.events = folder_.path() / "events.db";
        settings_.camera = "door";
        settings_.model = bundle_.string();
        settings_.out = folder_.path() / "adapted" / "door";
        settings_.alarms_per_hour = 5;
    }

    void write_card(const Json &card) const { folder_.write("watch/card.json", card.dump(2)); }

    /** \param own how much of what is the camera's alone */
    Array rows_of(int label, float own, std::uint64_t seed) const
    {
        at::Tensor toward = weight_[label] - weight_.mean(0);
        toward = toward / toward.norm();
        Random random({seed, 7});
        Array rows({watch_regions, timesteps, watch_channels});
        for (std::int64_t i = 0; i < watch_regions * timesteps; ++i)
            for (std::int64_t c = 0; c < watch_channels; ++c)
                rows.values[static_cast<std::size_t>(i * watch_channels + c)] =
                    strength_ * toward[c].item<float>() + (c < 16 ? own : 0.0F) +
                    0.05F * static_cast<float>(random.normal());
        return rows;
    }

    void make_anchors(const std::vector<std::string> &labels = {"normal", "fight", "fall"})
    {
        const auto features = folder_.path() / "features";
        std::filesystem::create_directories(features);
        std::string list = "path,label,split\n";
        for (const std::string &label : labels) {
            const int place = label == "normal" ? 0 : label == "fight" ? 1 : 2;
            for (int i = 0; i < 20; ++i) {
                FeatureFile file;
                file.features = rows_of(place, 0, static_cast<std::uint64_t>(100 * place + i));
                file.boxes.resize(watch_regions);
                for (std::int64_t t = 0; t < timesteps; ++t)
                    file.times.push_back({t * second, (t + 1) * second});
                file.regions = "full,actor";
                file.label = label;
                file.video_id = label + std::to_string(i);
                file.bundle = "watch";
                file.bundle_sha256 = Bundle::open(bundle_.string()).weights().sha256;
                write_feature_file(features / (file.video_id + ".pt"), file);
                list += file.video_id + ".pt," + label + ",train\n";
            }
        }
        folder_.write("features/list.csv", list);
        AnchorOptions options;
        options.features = features;
        write_anchors(Bundle::open(bundle_.string()), options, watcher_);
    }

    /** \brief Two hours: 40 alarms, the first \a judged of them called nothing, and quiet time */
    void watch(int judged, float own = 1)
    {
        EventStore events(settings_.events);
        WindowStore windows(settings_.events, {}, 1);
        windows.begin("door", bundle_.string(), Bundle::open(bundle_.string()).weights().sha256);
        for (int i = 0; i < 40; ++i) {
            StoredAlarm alarm;
            alarm.camera = "door";
            alarm.label = "fight";
            KeptWindow window;
            window.alarm = events.add_alarm(alarm);
            window.score = 0.9F;
            window.rows = rows_of(fight, own, static_cast<std::uint64_t>(1000 + i));
            windows.add_of_alarm("door", window);
            if (i < judged)
                events.set_verdict(window.alarm, Verdict::Nothing, 1);
        }
        for (int i = 0; i < 60; ++i) {
            KeptWindow window;
            window.score = 0.1F;
            window.rows = rows_of(normal, 1, static_cast<std::uint64_t>(2000 + i));
            windows.add_quiet("door", window);
        }
        windows.add_time("door", 7200);
    }

    std::string refused()
    {
        return error_of([&] { adapt(settings_, watcher_); });
    }

    static float fight_score(const Bundle &bundle, const Array &rows)
    {
        return load_head(bundle)->run(rows).scores.at(fight);
    }

    TemporaryFolder folder_;
    std::filesystem::path bundle_;
    at::Tensor weight_; ///< of watch's head, [classes, C]
    float strength_ = 6;
    AdaptationSettings settings_;
    RecordingWatcher watcher_;
};

TEST_F(AdaptationTest, AnchorsAreWindowsOfTheTrainingAndStandInTheCard)
{
    make_anchors();
    const Bundle bundle = Bundle::open(bundle_.string());
    ASSERT_EQ(bundle.activity().anchors.size(), 3U);
    const auto anchors = read_anchors(bundle);
    ASSERT_EQ(anchors.size(), 60U);
    const auto of_fights = std::find_if(anchors.begin(), anchors.end(),
                                        [](const auto &one) { return one.target == fight; });
    EXPECT_EQ(of_fights->rows.shape,
              (std::vector<std::int64_t>{watch_regions, timesteps, watch_channels}));
    EXPECT_EQ(of_fights->rows.values, rows_of(fight, 0, 100).values);
    EXPECT_GT(fight_score(bundle, of_fights->rows), 0.6F);
}

TEST_F(AdaptationTest, AnchorsThatCannotBeMadeAnewStayAsTheyWere)
{
    make_anchors();
    folder_.write("features/list.csv",
                  "path,label,split\nnormal3.pt,normal,train\nfight3.pt,fight,train\n");
    AnchorOptions options;
    options.features = folder_.path() / "features";
    EXPECT_NE(error_of([&] {
                  write_anchors(Bundle::open(bundle_.string()), options, watcher_);
              }).find("no clip of 'fall'"),
              std::string::npos);
    EXPECT_EQ(read_anchors(Bundle::open(bundle_.string())).size(), 60U);
}

TEST_F(AdaptationTest, WhatWasCalledNothingRaisesNoAlarmAnyMore)
{
    make_anchors();
    watch(20);
    const Bundle before = Bundle::open(bundle_.string());
    const Array another = rows_of(fight, 1, 9999);
    ASSERT_GT(fight_score(before, another), 0.6F) << "else there is nothing to learn";

    const AdaptationReport report = adapt(settings_, watcher_);
    EXPECT_EQ(report.judged_nothing, 20);
    EXPECT_EQ(report.judged_true, 0);
    EXPECT_EQ(report.not_judged, 20);
    EXPECT_EQ(report.quiet_windows, 60);
    EXPECT_DOUBLE_EQ(report.hours, 2);
    EXPECT_DOUBLE_EQ(report.false_alarms_before, 20); // 20 + 20 in two hours
    EXPECT_LE(report.false_alarms_after, 5);
    EXPECT_EQ(report.anchor_events, 40);
    EXPECT_EQ(report.found_before, 40);
    EXPECT_GE(report.found_after, 36);

    const Bundle after = Bundle::open(settings_.out.string());
    const float on = after.activity().decision.alarms.at("fight").on;
    EXPECT_LT(fight_score(after, another), on);
    EXPECT_GE(fight_score(after, rows_of(fight, 0, 8888)), on) << "a fight is one still";
}

TEST_F(AdaptationTest, TheNewBundleSaysWhereItComesFrom)
{
    make_anchors();
    watch(20);
    const Bundle before = Bundle::open(bundle_.string());
    const Bundle after = adapt(settings_, watcher_).bundle;
    EXPECT_EQ(after.name(), "door");
    EXPECT_NE(after.weights().sha256, before.weights().sha256);
    EXPECT_EQ(after.features_sha256(), before.weights().sha256);
    EXPECT_EQ(after.activity().adapted.from, "watch");
    EXPECT_EQ(after.activity().detector, before.activity().detector);
    const auto card = read_json(settings_.out / "card.json");
    EXPECT_EQ(card["adapted"]["camera"], "door");
    EXPECT_EQ(card["adapted"]["nothing"], 20);
    EXPECT_EQ(read_anchors(after).size(), 60U) << "it can be adapted as well";

    const std::string first = after.weights().sha256;
    const Bundle again = adapt(settings_, watcher_).bundle; // over the first, which is there
    EXPECT_EQ(again.weights().sha256, first) << "the same seed, the same weights";
    std::size_t folders = 0;
    for (const auto &entry : std::filesystem::directory_iterator(settings_.out.parent_path()))
        folders += entry.is_directory() ? 1 : 0;
    EXPECT_EQ(folders, 1U) << "nothing is left beside it";
}

/* A folder that somebody keeps other things in is not taken */
TEST_F(AdaptationTest, NothingElseThanAnAdaptedBundleIsReplaced)
{
    make_anchors();
    watch(20);
    settings_.out = folder_.path() / "recordings";
    const auto clip = folder_.write("recordings/clip.mp4", "the only copy");
    const std::string why =
        "--out '" + settings_.out.string() +
        "': expected no folder there, or a bundle that fovea adapt made, got something else, which "
        "would be lost; choose another --out";
    EXPECT_EQ(refused(), why);
    EXPECT_TRUE(std::filesystem::exists(clip));
    folder_.write("recordings/card.json", "{}");
    EXPECT_EQ(refused(), why) << "a bundle from elsewhere";
    settings_.out = clip;
    EXPECT_NE(refused().find("got something else"), std::string::npos) << refused();
    EXPECT_TRUE(std::filesystem::exists(clip));

    settings_.out = folder_.path() / "adapted" / "door" / ""; // as a shell completes it
    EXPECT_EQ(adapt(settings_, watcher_).bundle.name(), "door");
    EXPECT_EQ(adapt(settings_, watcher_).bundle.name(), "door") << "over the first";
}

TEST_F(AdaptationTest, WhatSomebodyPutBesideAnAdaptedBundleStays)
{
    make_anchors();
    watch(20);
    const Bundle first = adapt(settings_, watcher_).bundle;
    std::ofstream(settings_.out / "notes.txt") << "verdicts of May";
    std::filesystem::create_directory(settings_.out / "clips");
    std::ofstream(settings_.out / "clips/one.mp4") << "the only copy";
    std::filesystem::copy_file(settings_.out / "labels.txt", settings_.out / "classes.txt");
    change_card(first, [](Json &card) { card["labels"] = "classes.txt"; });
    const auto calibration = settings_.out / "int8.json";
    std::ofstream(calibration) << Json{{"weights_sha256", std::string(64, '0')}};
    watcher_.notes.clear();

    EXPECT_EQ(adapt(settings_, watcher_).bundle.labels(), first.labels());
    std::string notes;
    std::getline(std::ifstream(settings_.out / "notes.txt"), notes);
    EXPECT_EQ(notes, "verdicts of May");
    EXPECT_TRUE(std::filesystem::exists(settings_.out / "clips/one.mp4"));
    EXPECT_FALSE(std::filesystem::exists(settings_.out / "classes.txt")) << "the card named it";
    EXPECT_FALSE(std::filesystem::exists(calibration)) << "it was of other weights";
    EXPECT_EQ(watcher_.notes,
              std::vector{"'" + calibration.string() +
                          "' is removed, it was of the weights before; for --precision int8 "
                          "calibrate the model again: fovea models calibrate"});
    std::ofstream(calibration) << Json{{"weights_sha256", first.weights().sha256}};
    adapt(settings_, watcher_);
    EXPECT_TRUE(std::filesystem::exists(calibration)) << "of the same";
    std::size_t beside = 0;
    for (const auto &entry : std::filesystem::directory_iterator(settings_.out.parent_path()))
        beside += entry.is_directory() ? 1 : 0;
    EXPECT_EQ(beside, 1U) << "nothing is left beside it";
}

TEST_F(AdaptationTest, AHeadThatForgetsIsRefused)
{
    make_anchors();
    watch(40, /*own=*/0); // nothing tells its false alarms from the training's fights
    settings_.alarms_per_hour = 0.5;
    EXPECT_NE(refused().find("refused, the new head would forget: of 40 events of the training"),
              std::string::npos)
        << refused();
    EXPECT_FALSE(std::filesystem::exists(settings_.out));
}

TEST_F(AdaptationTest, WithFewHoursThresholdsAreNotBelowTheModels)
{
    make_anchors();
    watch(20);
    settings_.alarms_per_hour = 0.4; // 0.8 in the two hours
    const Bundle after = adapt(settings_, watcher_).bundle;
    EXPECT_GE(after.activity().decision.alarms.at("fall").on,
              Bundle::open(bundle_.string()).activity().decision.alarms.at("fall").on);
}

TEST_F(AdaptationTest, ErrorsSayWhatIsMissing)
{
    watch(1);
    EXPECT_NE(refused().find("model 'watch' has no anchors"), std::string::npos) << refused();
    make_anchors();
    settings_.camera = "yard";
    EXPECT_NE(refused().find("camera 'yard' has nothing to learn from, windows are kept of: door"),
              std::string::npos)
        << refused();
    settings_.camera = "door";
    {
        WindowStore windows(settings_.events, {}, 1);
        windows.begin("door", bundle_.string(), std::string(64, 'a'));
    }
    EXPECT_NE(refused().find("camera 'door' was watched with other weights"), std::string::npos)
        << refused();
}

TEST_F(AdaptationTest, AModelWithoutAClassThatIsNoEventIsRefusedWithTheRemedy)
{
    watch(1);
    auto card = read_json(bundle_ / "card.json");
    card["decision"]["normal"] = "";
    write_card(card);
    EXPECT_NE(refused().find("expected a class that is no event; train it with --normal CLASS, or "
                             "name it by decision.normal of its card"),
              std::string::npos)
        << refused();
}

TEST_F(AdaptationTest, AnchorsOfAListWithoutSplitsAreRefusedWithTheRemedy)
{
    make_anchors();
    std::string list = "path,label\n";
    for (const char *label : {"normal", "fight", "fall"})
        list += std::string(label) + "0.pt," + label + "\n" + label + "1.pt," + label + "\n";
    AnchorOptions options;
    options.features = folder_.path() / "features";
    options.list = folder_.write("features/bare.csv", list);
    EXPECT_EQ(error_of([&] { write_anchors(Bundle::open(bundle_.string()), options, watcher_); }),
              "anchors: expected a list with clips of the split train, got none in '" +
                  options.list.string() +
                  "'; give that which the training wrote, training/list.csv in its --out: --list");
}

/* What `fovea train head` makes of features of watch is a bundle of its backbone, with other weights in all */
TEST_F(AdaptationTest, AnchorsOfATrainedHeadAreRowsThatItWasTrainedOn)
{
    make_anchors();
    const Bundle watch = Bundle::open("watch");
    const auto make = [&](const std::function<bool(const std::string &)> &is_another) {
        Weights weights = read_weights(watch.file(watch.weights()));
        for (auto &[name, tensor] : weights)
            if (is_another(name))
                tensor = tensor + 1;
        write_weights(bundle_ / "watch.pt", weights);
        auto card = read_json(bundle_ / "card.json");
        card["files"][0]["sha256"] = sha256_of(bundle_ / "watch.pt");
        write_card(card);
        AnchorOptions options;
        options.features = folder_.path() / "features"; // of watch
        write_anchors(Bundle::open(bundle_.string()), options, watcher_);
    };
    make([](const std::string &name) { return name.rfind("fc.", 0) == 0; });
    EXPECT_EQ(Bundle::open(bundle_.string()).activity().anchors.size(), 3U);
    EXPECT_NE(error_of([&] {
                  make([](const std::string &name) { return name.rfind("fc.", 0) != 0; });
              }).find("were made with other weights than those of model 'watch'"),
              std::string::npos);
}

TEST_F(AdaptationTest, LabelsWithASlashHaveAnchorsToo)
{
    auto card = read_json(bundle_ / "card.json");
    card["decision"].erase("alarms");
    write_card(card);
    folder_.write("watch/labels.txt", "normal\nwalk-run\nwalk/run\n");
    std::filesystem::create_directories(folder_.path() / "features" / "walk");
    make_anchors({"normal", "walk-run", "walk/run"});
    EXPECT_TRUE(std::filesystem::exists(bundle_ / "anchors-walk-run.pt"));
    EXPECT_EQ(read_feature_file(bundle_ / "anchors-walk-run~.pt").label, "walk/run");
    EXPECT_EQ(read_anchors(Bundle::open(bundle_.string())).size(), 60U);
}

TEST_F(AdaptationTest, ALabelWithoutClipsHasNoAnchors)
{
    EXPECT_NE(error_of([&] {
                  make_anchors({"normal", "fight"});
              }).find("anchors: no clip of 'fall' in the training split has a window"),
              std::string::npos);
}

} // namespace
} // namespace fovea
