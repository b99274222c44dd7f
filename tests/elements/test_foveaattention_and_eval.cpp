// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <filesystem>
#include <random>

#include "fovea/bundle/card_rules.h"
#include "fovea/core/json.h"
#include "fovea/eval/video_scorer.h"
#include "fovea/store/tensors/feature_file.h"
#include "temporary_folder.h"
#include "video_harness.h"

namespace {

namespace fs = std::filesystem;

using fovea::test::VideoHarness;
using ActivityPointer = std::shared_ptr<FoveaActivity>;

constexpr std::int64_t regions = 2;
constexpr std::int64_t row_channels = 128; // of the model watch
constexpr double scale = 3;                // of the rows: windows get different labels

/** \brief Rows [regions, count, channels], the same in each run */
fovea::FeatureFile made_rows(std::int64_t count)
{
    std::mt19937 random(7);
    std::normal_distribution<double> values(0, scale);
    fovea::FeatureFile file;
    file.features = fovea::Array({regions, count, row_channels});
    for (float &value : file.features.values)
        value = static_cast<float>(values(random));
    for (std::int64_t t = 0; t < count; ++t)
        file.times.push_back(
            {t * fovea::nanoseconds_per_second, (t + 1) * fovea::nanoseconds_per_second});
    file.boxes.resize(regions);
    file.video_id = "made";
    file.bundle = "watch";
    file.frames = count;
    file.fps = 1;
    return file;
}

/** \brief (transfer full) Row \a t of \a file, as foveafeatures adds it */
FoveaRow *row_of(const fovea::FeatureFile &file, std::int64_t t)
{
    FoveaRow *row = fovea_row_new(regions, row_channels);
    const auto &time = file.times[static_cast<std::size_t>(t)];
    row->index = static_cast<guint64>(t);
    row->start = static_cast<GstClockTime>(time.start);
    row->end = static_cast<GstClockTime>(time.end);
    const std::int64_t count = file.features.shape[1];
    for (std::int64_t r = 0; r < regions; ++r)
        std::copy_n(file.features.values.begin() + (r * count + t) * row_channels, row_channels,
                    row->features + r * row_channels);
    return row;
}

/**
 * \brief All that foveaattention says of the rows, a buffer each
 * \param window of the card: the harness is live, where a card's 0 would not mean the whole stream
 */
std::vector<ActivityPointer> said_by_element(const fs::path &model, const fovea::FeatureFile &file,
                                             int window)
{
    std::vector<ActivityPointer> said;
    const auto append = [&said](const FoveaMeta *meta) {
        for (guint i = 0; meta != nullptr && i < meta->activities->len; ++i)
            said.emplace_back(fovea_activity_ref(static_cast<FoveaActivity *>(
                                  g_ptr_array_index(meta->activities, i))),
                              fovea_activity_unref);
    };
    VideoHarness harness("foveaattention model=" + model.string() +
                         " window=" + std::to_string(window));
    for (std::int64_t t = 0; t < file.features.shape[1]; ++t) {
        GstBuffer *buffer = harness.frame(static_cast<int>(t));
        g_ptr_array_add(fovea_meta_ensure(buffer)->rows, row_of(file, t));
        EXPECT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK) << harness.error();
        append(fovea_meta_get(harness.pull().get()));
    }
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    while (GstEvent *event = gst_harness_try_pull_event(harness.get())) {
        append(fovea_late_event_parse(event));
        gst_event_unref(event);
    }
    return said;
}

/** \brief By class: top_k of the models here tells all */
std::vector<float> scores_of(const FoveaActivity &activity)
{
    std::vector<float> scores(activity.n_scores);
    for (guint i = 0; i < activity.n_scores; ++i)
        scores.at(static_cast<std::size_t>(activity.scores[i].label_id)) =
            activity.scores[i].confidence;
    return scores;
}

void expect_near(const std::vector<float> &scores, const std::vector<float> &expected)
{
    ASSERT_EQ(scores.size(), expected.size());
    for (std::size_t i = 0; i < scores.size(); ++i)
        EXPECT_NEAR(scores[i], expected[i], 1e-6) << "class " << i;
}

void expect_same(const FoveaActivity &element, const fovea::Activity &library)
{
    EXPECT_EQ(element.label.label, library.label.label);
    EXPECT_EQ(element.label.label_id, library.label.label_id);
    EXPECT_EQ(element.label.confidence, library.label.confidence);
    EXPECT_EQ(static_cast<fovea::Nanoseconds>(element.start), library.time.start);
    EXPECT_EQ(static_cast<fovea::Nanoseconds>(element.end), library.time.end);
    ASSERT_EQ(element.n_scores, library.top_k.size());
    for (guint i = 0; i < element.n_scores; ++i) {
        EXPECT_EQ(element.scores[i].label, library.top_k[i].label);
        EXPECT_EQ(element.scores[i].confidence, library.top_k[i].confidence);
    }
    ASSERT_EQ(element.n_moments, library.salience.size());
    for (guint i = 0; i < element.n_moments; ++i)
        EXPECT_EQ(element.salience[i].weight, library.salience[i].weight);
    EXPECT_EQ(element.n_regions, library.regions.size());
}

struct CardCase {
    const char *name;
    const char *changes; ///< to the card of watch, as a JSON merge patch
    std::int64_t rows;
};

class ElementAndEval : public testing::TestWithParam<CardCase>
{
protected:
    void SetUp() override
    {
        fs::copy(fs::path(std::getenv("FOVEA_MODEL_PATH")) / "watch", model_);
        fovea::Json card = fovea::read_json(model_ / "card.json");
        card.merge_patch(fovea::Json::parse(GetParam().changes));
        root_.write("model/card.json", card.dump());
        file_ = made_rows(GetParam().rows);
        fovea::write_feature_file(root_.path() / "made.pt", file_);
    }

    TemporaryFolder root_;
    fs::path model_ = root_.path() / "model";
    fovea::FeatureFile file_;
};

/* Every rule of cards: what users see of rows is what is measured of them. */
TEST_P(ElementAndEval, SayTheSameOfTheSameRows)
{
    const fovea::Bundle bundle = fovea::Bundle::open(model_.string());
    const int window = bundle.activity().decision.window;
    const std::vector<ActivityPointer> said = said_by_element(model_, file_, window);
    fovea::VideoScorer scorer({{bundle, 1, root_.path()}});
    const auto outcome = scorer.score("made.pt");
    ASSERT_TRUE(outcome.has_value());

    const std::vector<fovea::Activity> &evaluated = outcome->activities;
    ASSERT_EQ(said.size(), evaluated.size());
    ASSERT_GE(said.size(), 1U);
    std::vector<float> sum(bundle.labels().size());
    std::vector<float> greatest(bundle.labels().size());
    float windows = 0;
    for (std::size_t i = 0; i < said.size(); ++i) {
        SCOPED_TRACE("activity " + std::to_string(i));
        EXPECT_STREQ(said[i]->model, "watch");
        expect_same(*said[i], evaluated[i]);
        if (said[i]->scope == FOVEA_SCOPE_VIDEO && window > 0)
            continue;
        const std::vector<float> scores = scores_of(*said[i]);
        for (std::size_t c = 0; c < scores.size(); ++c) {
            sum[c] += scores[c];
            greatest[c] = std::max(greatest[c], scores[c]);
        }
        ++windows;
    }
    for (float &score : sum)
        score /= windows;
    expect_near(outcome->pooled, bundle.activity().decision.many_labels ? greatest : sum);

    const FoveaActivity &video = *said.back();
    ASSERT_EQ(video.scope, FOVEA_SCOPE_VIDEO);
    EXPECT_EQ(video.label.label_id, outcome->label);
    expect_near(scores_of(video), outcome->scores);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, ElementAndEval,
    testing::Values(
        CardCase{"NormalClass", R"({})", 16},
        CardCase{"RowsBehindTheLastWindow", R"({"decision": {"window": 4, "hop": 3}})", 15},
        CardCase{"ShorterThanAWindow", R"({})", 3},
        CardCase{"NoNormalClass",
                 R"({"decision": {"normal": "", "threshold": 0, "hop": 2, "alarms": null}})", 16},
        CardCase{"WholeVideo",
                 R"({"decision": {"normal": "", "threshold": 0, "window": 0, "hop": 0,
                 "alarms": null}})",
                 9},
        CardCase{"ManyLabels", R"({"head": "region-mean",
                 "decision": {"normal": "", "threshold": 0, "many_labels": true, "alarms": null}})",
                 16}),
    [](const testing::TestParamInfo<CardCase> &info) { return info.param.name; });

} // namespace
