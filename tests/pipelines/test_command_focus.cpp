// SPDX-License-Identifier: MIT
#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include "command_test.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/weights.h"
#include "fovea/core/json.h"
#include "fovea/nn/backbone.h"
#include "fovea/store/results/result_json.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/video/frame_to_tensor.h"

namespace fs = std::filesystem;
using fovea::Bundle;
using fovea_test::ball;
using fovea_test::CommandRun;
using fovea_test::lines;
using fovea_test::made_by;
using fovea_test::read_text;
using fovea_test::run_fovea;
using fovea_test::write_text;

namespace {

constexpr int width = 160;
constexpr int height = 120;
constexpr int side = 96;     // of what watch sees
constexpr int box_side = 55; // 128 of 224 of it
constexpr int clip_frames = 17;
constexpr int frame_step = 4;                                    // 30 a second, seen at 7.5
constexpr int video_frames = (clip_frames - 1) * frame_step + 1; // one clip, nothing left over
constexpr int rows_a_clip = 4;
constexpr std::size_t rgb_planes = 3;

/** \brief The network of a weights file with its own classifier, by the form of the file alone */
std::shared_ptr<fovea::nn::Backbone> network_of(const fs::path &file)
{
    fovea::Weights weights = fovea::read_weights(file);
    const fovea::Weights classifier = fovea::with_prefix(weights, "head.");
    weights = fovea::without_prefixes(weights, {"head."});
    weights.insert(classifier.begin(), classifier.end());
    auto network = fovea::nn::make_backbone("watch", classifier.at("fc.bias").size(0));
    fovea::load_weights(*network, weights, file);
    network->eval();
    return network;
}

/** \brief Every fourth frame of a raw video, the part under \a box: [1, 3, 17, 96, 96] */
at::Tensor clip_of(const std::string &raw, const fovea::FrameToTensor::Options &input,
                   const fovea::Box &box)
{
    constexpr std::size_t luma = width * height;
    fovea::FrameToTensor to_tensor(input);
    at::Tensor clip = at::empty({1, 3, clip_frames, side, side});
    for (std::size_t i = 0; i < clip_frames; ++i) {
        const auto *frame =
            reinterpret_cast<const std::uint8_t *>(raw.data()) + i * frame_step * luma * 3 / 2;
        fovea::FrameView view{fovea::PixelFormat::I420, width, height, {}, {}, {}};
        view.planes = {frame, frame + luma, frame + luma * 5 / 4};
        view.strides = {width, width / 2, width / 2};
        to_tensor.write(view, box, clip.data_ptr<float>() + i * side * side,
                        clip_frames * side * side);
    }
    return clip;
}

/** \brief Sum of y log y differentiated, L2 over colours, maximum over time; then every box summed */
fovea::Box salient_part(fovea::nn::Backbone &network, const at::Tensor &clip)
{
    const at::Tensor seen = clip.clone().set_requires_grad(true);
    const at::Tensor y = at::sigmoid(network.logits(seen));
    const at::Tensor gradient = torch::autograd::grad({(y * y.log()).sum()}, {seen}).front();
    const at::Tensor map =
        std::get<0>(gradient[0].pow(2).sum(0).sqrt().max(0)).to(at::kDouble).contiguous();
    const auto *value = map.data_ptr<double>();
    double most = -1;
    fovea::Box best;
    for (int y0 = 0; y0 + box_side <= side; ++y0)
        for (int x0 = 0; x0 + box_side <= side; ++x0) {
            double sum = 0;
            for (int i = 0; i < box_side * box_side; ++i)
                sum += value[(y0 + i / box_side) * side + x0 + i % box_side];
            if (sum <= most)
                continue;
            most = sum;
            best = {static_cast<float>(x0) / side, static_cast<float>(y0) / side,
                    static_cast<float>(box_side) / side, static_cast<float>(box_side) / side};
        }
    EXPECT_GT(most, 0) << "the network must see something";
    return best;
}

class FocusCommand : public fovea_test::CommandTest
{
protected:
    void SetUp() override
    {
        CommandTest::SetUp();
        std::string list = "path,label,group,split\n";
        for (const char *split : {"train", "val", "test"}) {
            const std::string name(split);
            ball(at("ball-" + name + ".mp4"), video_frames, width, height);
            made_by("videotestsrc pattern=smpte num-buffers=" + std::to_string(video_frames) +
                        " ! video/x-raw,format=I420,framerate=30/1,width=160,height=120 ! "
                        "x264enc speed-preset=ultrafast ! mp4mux",
                    at("bars-" + name + ".mp4"));
            list += "ball-" + name + ".mp4,ball;grey,b-" + name + "," + name + "\n";
            list += "bars-" + name + ".mp4,bars,a-" + name + "," + name + "\n";
        }
        write_text(at("list.csv"), list);
        raw_ = read_text(made_by("filesrc location=" + video().string() +
                                     " ! decodebin ! videoconvert ! video/x-raw,format=I420",
                                 at("ball.raw")));
    }

    fs::path video() const { return at("ball-test.mp4"); }

    CommandRun train(const std::string &recipe, const std::vector<std::string> &more) const
    {
        std::vector<std::string> line = {"train",    "backbone", "--list",     at("list.csv"),
                                         "--recipe", recipe,     "--detector", "hog",
                                         "--epochs", "2",        "--batch",    "2",
                                         "--rate",   "0.05",     "--cache",    at("frames")};
        line.insert(line.end(), more.begin(), more.end());
        return run_fovea(line);
    }

    /** \brief A network of the recipe over one of charades-base, alone on a machine */
    fs::path focused(const std::string &recipe) const
    {
        const CommandRun base = train("charades-base", {"--model", "watch", "--weights", "none",
                                                        "--regions", "full", "--out", at("base")});
        EXPECT_EQ(base.exit_code, 0) << base.err;
        const CommandRun run = train(
            recipe, {"--model", at("base"), "--attribution", "gradient", "--out", at("made")});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        const fs::path there = at("elsewhere");
        fs::create_directories(there);
        for (const char *name : {"card.json", "labels.txt", "made.pt", "made-fixed.pt"})
            fs::copy_file(at("made") / name, there / name);
        fs::remove_all(at("made"));
        fs::remove_all(at("base"));
        return there;
    }

    fovea::FeatureFile rows_by(const fs::path &model, const std::vector<std::string> &more = {})
    {
        const fs::path out = at("rows" + std::to_string(runs_++));
        std::vector<std::string> line = {"extract", "--detector", "hog",        "--model",
                                         model,     "--out",      out.string(), "--precision",
                                         "fp32",    video()};
        line.insert(line.end(), more.begin(), more.end());
        const CommandRun run = run_fovea(line);
        EXPECT_EQ(run.exit_code, 0) << run.err;
        return fovea::read_feature_file(out / "ball-test.pt");
    }

    /** \brief What `fovea label` says of the whole video, by the order of the labels */
    std::vector<float> scores_by(const fs::path &model) const
    {
        const CommandRun run = label({"--model", model, "--precision", "fp32", video()});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        std::vector<float> scores;
        for (const fovea::Result &result :
             fovea::read_results(video().string() + ".fovea/results.jsonl")) {
            if (!result.has_activity || result.activity.scope != fovea::Activity::Scope::Video)
                continue;
            scores.resize(result.activity.top_k.size());
            for (const fovea::ScoredLabel &scored : result.activity.top_k)
                scores[static_cast<std::size_t>(scored.label_id)] = scored.confidence;
        }
        return scores;
    }

    const std::string &raw() const { return raw_; }

private:
    std::string raw_;
    int runs_ = 0;
};

/* The values of region \a region are those of rows [1, T', C] */
void expect_rows(const fovea::FeatureFile &file, std::int64_t region, const at::Tensor &rows)
{
    const at::Tensor all =
        at::from_blob(const_cast<float *>(file.features.values.data()), file.features.shape);
    ASSERT_EQ(all.size(1), rows.size(1));
    EXPECT_LT((all[region] - rows[0]).abs().max().item<double>(), 1e-3);
    EXPECT_GT(rows.abs().max().item<double>(), 0.1) << "there must be something to compare";
}

void expect_scores(const std::vector<float> &scores, const at::Tensor &logits)
{
    const at::Tensor expected = logits.mean(2).sigmoid()[0];
    ASSERT_EQ(scores.size(), static_cast<std::size_t>(expected.size(0)));
    for (std::size_t i = 0; i < scores.size(); ++i)
        EXPECT_NEAR(scores[i], expected[static_cast<std::int64_t>(i)].item<float>(), 1e-3);
}

} // namespace

TEST_F(FocusCommand, LateFusionIsTheMeanOfBothNetworksEachOnItsLook)
{
    const fs::path model = focused("charades-focus-late");
    const fovea::ActivityCard card = Bundle::open(model).activity();
    EXPECT_EQ(card.focus.focus, fovea::Focus::Saliency);
    EXPECT_TRUE(card.fuses_two_networks());
    EXPECT_EQ(card.decision.window, rows_a_clip);

    const auto fixed = network_of(model / "made-fixed.pt");
    const auto trained = network_of(model / "made.pt");
    const at::Tensor clip = clip_of(raw(), card.input, fovea::whole_frame);
    const fovea::Box part = salient_part(*fixed, clip);
    const at::NoGradGuard no_grad;
    const at::Tensor close = clip_of(raw(), card.input, part);

    const fovea::FeatureFile rows = rows_by(model);
    ASSERT_EQ(rows.boxes.size(), 2U);
    EXPECT_NEAR(rows.boxes[1].x, part.x, 1e-6);
    EXPECT_NEAR(rows.boxes[1].y, part.y, 1e-6);
    EXPECT_NEAR(rows.boxes[1].width, part.width, 1e-6);
    expect_rows(rows, 0, fixed->rows(clip));
    expect_rows(rows, 1, trained->rows(close));
    EXPECT_GT((fixed->rows(clip) - trained->rows(clip)).abs().max().item<double>(), 0.01)
        << "training must have changed the network";
    expect_scores(scores_by(model), (fixed->logits(clip) + trained->logits(close)) / 2);

    const fovea::FeatureFile once = rows_by(model, {"--focus", "none"});
    ASSERT_EQ(once.boxes.size(), 1U);
    expect_rows(once, 0, trained->rows(clip));
}

TEST_F(FocusCommand, TemporalFusionIsOneClipOfBothLooks)
{
    const fs::path model = focused("charades-focus");
    const fovea::ActivityCard card = Bundle::open(model).activity();
    EXPECT_TRUE(card.focus.is_in_time());
    EXPECT_EQ(card.decision.window, 2 * rows_a_clip) << "a window is one clip, as of the base";

    const auto fixed = network_of(model / "made-fixed.pt");
    const auto trained = network_of(model / "made.pt");
    const at::Tensor clip = clip_of(raw(), card.input, fovea::whole_frame);
    const fovea::Box part = salient_part(*fixed, clip);
    const at::NoGradGuard no_grad;
    const at::Tensor both = at::cat({clip, clip_of(raw(), card.input, part)}, /*dim=*/2);
    expect_rows(rows_by(model), 0, trained->rows(both));
    expect_scores(scores_by(model), trained->logits(both));
}

TEST_F(FocusCommand, OptionsOfAFocusWithoutOneAreRefused)
{
    struct Case {
        std::vector<std::string> options;
        int exit_code;
        const char *told;
    };

    for (const Case &wrong :
         {Case{{"--fusion", "late"},
               1,
               "fusion 'late': expected a focus, got 'none' by the card of 'watch'"},
          Case{{"--fusion", "late", "--focus", "none"}, 1, "expected a focus, got 'none'"},
          Case{{"--entropy", "code", "--focus", "centre"},
               1,
               "entropy 'code': expected the focus saliency or upscaled, got 'centre'"},
          Case{{"--attribution", "input-x-gradient"},
               1,
               "attribution 'input-x-gradient': expected the focus saliency or upscaled, got "
               "'none' by "
               "the card of 'watch'"},
          Case{{"--fusion", "early"}, 2, "--fusion: early not in {card,late,temporal}"}}) {
        std::vector<std::string> line = wrong.options;
        line.insert(line.end(), {"--model", "watch", video()});
        const CommandRun run = label(line);
        EXPECT_EQ(run.exit_code, wrong.exit_code);
        EXPECT_NE(run.err.find(wrong.told), std::string::npos) << run.err;
        EXPECT_EQ(lines(run.err), 1) << run.err;
    }
}

/* The centre asks no network: the bundle has one, which sees both looks */
TEST_F(FocusCommand, ABaselineIsTrainedInTheFocusesPlace)
{
    const CommandRun base = train("charades-base", {"--model", "watch", "--weights", "none",
                                                    "--regions", "full", "--out", at("base")});
    ASSERT_EQ(base.exit_code, 0) << base.err;
    const CommandRun run =
        train("charades-focus", {"--model", at("base"), "--focus", "centre", "--out", at("made")});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const Bundle model = Bundle::open(at("made"));
    const fovea::ActivityCard &card = model.activity();
    EXPECT_EQ(card.focus.focus, fovea::Focus::Centre);
    EXPECT_TRUE(card.focus.is_in_time());
    ASSERT_EQ(model.files().size(), 1U);
    EXPECT_EQ(card.focus.attribution, fovea::Attribution::InputTimesGradient) << "as its base's";

    const auto network = network_of(at("made") / "made.pt");
    const at::Tensor clip = clip_of(raw(), card.input, fovea::whole_frame);
    const int first = (side - box_side) / 2;
    const fovea::Box centre = {static_cast<float>(first) / side, static_cast<float>(first) / side,
                               static_cast<float>(box_side) / side,
                               static_cast<float>(box_side) / side};
    const at::NoGradGuard no_grad;
    const at::Tensor both = at::cat({clip, clip_of(raw(), card.input, centre)}, /*dim=*/2);
    expect_scores(scores_by(at("made")), network->logits(both));
}

TEST_F(FocusCommand, OptionsOfAFocusNeedARecipeWithOne)
{
    const CommandRun plain =
        train("fine-tuning", {"--model", "watch", "--focus", "centre", "--out", at("none")});
    EXPECT_EQ(plain.exit_code, 1);
    EXPECT_NE(plain.err.find("--focus: expected a recipe that looks twice, got 'fine-tuning'; give "
                             "--recipe charades-focus or charades-focus-late, or leave --focus "
                             "out"),
              std::string::npos)
        << plain.err;
    const CommandRun entropy = train("charades-focus", {"--model", "watch", "--focus", "centre",
                                                        "--entropy", "code", "--out", at("none")});
    EXPECT_EQ(entropy.exit_code, 1);
    EXPECT_NE(entropy.err.find("--entropy: expected the focus saliency or upscaled, got --focus "
                               "centre; leave one of them out"),
              std::string::npos)
        << entropy.err;
}

TEST_F(FocusCommand, ARecipeWithAFocusWantsOneRegionAndNoHead)
{
    const CommandRun regions =
        train("charades-focus", {"--model", "watch", "--out", at("none").string()});
    EXPECT_EQ(regions.exit_code, 1);
    EXPECT_NE(
        regions.err.find("recipe 'charades-focus': expected one region, inside which it looks "
                         "closer, got 'full,actor'; give --regions full"),
        std::string::npos)
        << regions.err;
    const CommandRun head = train("charades-focus", {"--model", "watch", "--regions", "full",
                                                     "--head", "ra", "--out", at("none").string()});
    EXPECT_EQ(head.exit_code, 1);
    EXPECT_NE(head.err.find("expected --head none, got 'ra'"), std::string::npos) << head.err;
}
