// SPDX-License-Identifier: MIT
#include <cmath>

#include "command_test.h"
#include "fovea/bundle/bundle.h"
#include "fovea/core/json.h"
#include "fovea/flow/flow_pictures.h"
#include "fovea/store/tensors/feature_file.h"

namespace fs = std::filesystem;
using fovea::Bundle;
using fovea::Json;
using fovea::Modality;
using fovea_test::CommandRun;
using fovea_test::made_by;
using fovea_test::run_fovea;

namespace {

/** \brief Clips of a pattern that scrolls to the right, and to the left: frames alone look alike */
class FlowCommand : public fovea_test::CommandTest
{
protected:
    void SetUp() override
    {
        CommandTest::SetUp();
        make_clips(/*count=*/3, /*frames=*/70);
    }

    void make_clips(int count, int frames) const
    {
        fs::remove_all(at("clips"));
        for (const char *name : {"left", "right"}) {
            fs::create_directories(at("clips") / name);
            const int speed = std::string(name) == "left" ? 2 : -2;
            for (int i = 0; i < count; ++i)
                made_by("videotestsrc pattern=smpte75 horizontal-speed=" + std::to_string(speed) +
                            " num-buffers=" + std::to_string(frames + 2 * i) +
                            " ! video/x-raw,format=I420,framerate=30/1,width=160,height=120 ! "
                            "x264enc speed-preset=ultrafast ! mp4mux",
                        at("clips") / name / (std::to_string(i) + ".mp4"));
        }
    }

    CommandRun train(const std::string &out, const std::vector<std::string> &more,
                     const std::string &model = "watch") const
    {
        std::vector<std::string> line = {"train",     "backbone", "--list", at("clips"), "--model",
                                         model,       "--epochs", "1",      "--batch",   "4",
                                         "--regions", "full",     "--out",  at(out)};
        line.insert(line.end(), more.begin(), more.end());
        return run_fovea(line);
    }
};

} // namespace

TEST_F(FlowCommand, ANetworkOfFlowIsTrainedAndLabelsExtractsAndEvaluates)
{
    const CommandRun trained =
        train("flow", {"--recipe", "sta", "--modality", "flow", "--flip", "0"});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    const Bundle flow = Bundle::open(at("flow"));
    EXPECT_EQ(flow.activity().modality, Modality::Flow);
    EXPECT_NEAR(flow.activity().input.normalisation.shift[0], -0.5, 1e-6);

    const CommandRun frames = train("frames", {"--recipe", "sta"});
    ASSERT_EQ(frames.exit_code, 0) << frames.err;
    EXPECT_EQ(Bundle::open(at("frames")).activity().modality, Modality::Rgb);

    const std::string both = at("frames").string() + "," + at("flow").string();
    for (const std::string &model : {at("flow").string(), both}) {
        const CommandRun labelled = run_fovea({"label", "--detector", "hog", "--model", model,
                                               at("clips/left/0.mp4"), "--out", at("out")});
        EXPECT_EQ(labelled.exit_code, 0) << labelled.err;
        const CommandRun evaluated =
            run_fovea({"eval", "--model", model, "--detector", "hog", "--list", at("clips"),
                       "--split", "all", "--out", at("figures")});
        ASSERT_EQ(evaluated.exit_code, 0) << evaluated.err;
        EXPECT_NE(evaluated.out.find("top-1"), std::string::npos) << evaluated.out;
        fs::remove_all(at("figures"));
        fs::remove_all(at("out"));
    }

    const CommandRun refused = run_fovea({"extract", "--model", at("flow"), "--attended", "watch",
                                          at("clips/left/0.mp4"), "--out", at("features")});
    EXPECT_NE(refused.exit_code, 0);
    EXPECT_NE(refused.err.find("expected both to see the same"), std::string::npos) << refused.err;
}

/* What training made of the videos and what the elements make of them later are the same rows */
TEST_F(FlowCommand, RowsOfTrainingAreThoseOfExtract)
{
    const CommandRun trained =
        train("made", {"--recipe", "sta", "--modality", "flow", "--head", "region-mean"});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    const fs::path backbone = at("made/training/backbone");
    const CommandRun extracted =
        run_fovea({"extract", "--model", backbone, "--list", at("clips"), "--out", at("features")});
    ASSERT_EQ(extracted.exit_code, 0) << extracted.err;
    for (const char *name : {"left-0.pt", "right-2.pt"}) {
        const auto made = fovea::read_feature_file(backbone / "training/features" / name);
        const auto seen = fovea::read_feature_file(at("features") / name);
        ASSERT_EQ(made.features.shape, seen.features.shape);
        double largest = 0;
        double difference = 0;
        for (std::size_t i = 0; i < made.features.values.size(); ++i) {
            largest = std::max(largest, std::abs(double{made.features.values[i]}));
            difference = std::max(difference, std::abs(double{made.features.values[i]} -
                                                       double{seen.features.values[i]}));
        }
        EXPECT_LT(difference, 0.03 * largest) << name; // the engine may compute in bf16
    }
}

/* The teacher of flow is trained first; its student sees frames alone */
TEST_F(FlowCommand, MarsLearnsFromATeacherOfFlow)
{
    const CommandRun trained = train("mars", {"--recipe", "mars"});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    EXPECT_EQ(Bundle::open(at("mars")).activity().modality, Modality::Rgb);
    EXPECT_EQ(Bundle::open(at("mars/training/teacher")).activity().modality, Modality::Flow);

    const CommandRun again =
        train("again", {"--recipe", "mars", "--teacher", at("mars/training/teacher")});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_FALSE(fs::exists(at("again/training/teacher")));

    // What cannot be is told before anything is decoded or trained
    const auto refusal = [&](const std::vector<std::string> &more,
                             const std::string &model = "watch") {
        const CommandRun refused = train("refused", more, model);
        EXPECT_EQ(refused.exit_code, 1);
        EXPECT_FALSE(fs::exists(at("refused")));
        return refused.err;
    };
    EXPECT_EQ(refusal({"--recipe", "mars", "--modality", "flow"}),
              "fovea: recipe 'mars': expected a student that sees frames, got --modality flow; its "
              "teacher sees the flow: give the model of frames, and leave --modality out\n");
    const std::string mars = at("mars").string();
    EXPECT_EQ(refusal({"--recipe", "mars", "--teacher", mars}),
              "fovea: recipe 'mars': expected a teacher that sees flow, got '" + mars +
                  "', which sees frames; train one with --modality flow, or leave --teacher out\n");
    const std::string teacher = at("mars/training/teacher").string();
    EXPECT_EQ(refusal({"--recipe", "mars"}, teacher),
              "fovea: recipe 'mars': expected a student that sees frames, got model 'teacher' of "
              "flow; its teacher sees the flow: give the model of frames, and leave --modality "
              "out\n");
    EXPECT_EQ(
        refusal({"--recipe", "mars", "--weights", "none", "--teacher", teacher}, "c3d-ucf101"),
        "fovea: recipe 'mars': expected a teacher of the student's architecture c3d, got '" +
            teacher + "' of watch; train one of the same, or leave --teacher out\n");
}

TEST_F(FlowCommand, TvL1IsKeptInTheBundleAndSeenByAll)
{
    make_clips(/*count=*/3, /*frames=*/17); // a picture takes half a second
    const CommandRun frames = train("frames", {"--recipe", "sta", "--flow", "tvl1"});
    EXPECT_EQ(frames.exit_code, 1);
    EXPECT_EQ(frames.err,
              "fovea: --flow tvl1: expected a network that sees flow, got one that sees "
              "frames; add --modality flow, or leave --flow out\n");
    const CommandRun trained = train("tvl1", {"--recipe", "sta", "--modality", "flow", "--flow",
                                              "tvl1", "--cache", at("cache").string()});
    if (!fovea::has_tvl1()) {
        EXPECT_EQ(trained.exit_code, 1);
        EXPECT_EQ(trained.err, "fovea: flow 'tvl1': this build lacks OpenCV's optflow; install "
                               "libopencv-contrib-dev and build again, or train with --flow dis\n");
        return;
    }
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    EXPECT_EQ(Bundle::open(at("tvl1")).activity().flow, fovea::FlowMethod::TvL1);
    const CommandRun labelled = run_fovea({"label", "--detector", "hog", "--model", at("tvl1"),
                                           at("clips/left/0.mp4"), "--out", at("out")});
    EXPECT_EQ(labelled.exit_code, 0) << labelled.err;

    const auto files = [&] {
        return std::distance(fs::directory_iterator(at("cache")), fs::directory_iterator());
    };
    const auto before = files();
    ASSERT_EQ(train("dis", {"--recipe", "sta", "--flow", "dis", "--cache", at("cache").string()},
                    at("tvl1"))
                  .exit_code,
              0);
    EXPECT_EQ(files(), 2 * before) << "kept beside each other";
    EXPECT_EQ(Bundle::open(at("dis")).activity().flow, fovea::FlowMethod::Dis);
}

TEST_F(FlowCommand, AModelThatNeedsTvL1IsRefusedOnceWhereItIsNotBuiltIn)
{
    if (fovea::has_tvl1())
        GTEST_SKIP() << "built with OpenCV's optflow";
    fs::copy(Bundle::open("watch").folder(), at("tvl1"));
    Json card = fovea::read_json(at("tvl1/card.json"));
    card["input"]["modality"] = "flow";
    card["input"]["flow"] = "tvl1";
    card["input"]["scale"] = {1, 1};
    card["input"]["shift"] = {0, 0};
    fovea_test::write_text(at("tvl1/card.json"), card.dump());
    const std::string model = at("tvl1");
    const std::string refusal =
        "fovea: model 'watch' sees flow by tvl1: this build lacks OpenCV's optflow; install "
        "libopencv-contrib-dev and build again, or train with --flow dis\n";
    const std::string left = at("clips/left/0.mp4");
    const std::string right = at("clips/right/0.mp4");
    for (const std::vector<std::string> &line : std::vector<std::vector<std::string>>{
             {"label", "--model", model, "--out", at("out"), left, right},
             {"label", "--model", "watch," + model, "--out", at("out"), left, right},
             {"extract", "--model", model, "--out", at("out"), left, right},
             {"models", "calibrate", "--model", model, "--list", at("clips")},
             {"eval", "--model", "watch," + model, "--list", at("clips"), "--out", at("out")}}) {
        const CommandRun run = run_fovea(line);
        EXPECT_EQ(run.exit_code, 1) << line[0];
        EXPECT_EQ(run.err, refusal) << line[0];
        EXPECT_FALSE(fs::exists(at("out"))) << line[0];
    }
}
