// SPDX-License-Identifier: MIT
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/backbone_options.h"
#include "fovea/bundle/weights.h"
#include "fovea/core/json.h"
#include "fovea/nn/eco_network.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/joined_bundle.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

/** \brief A small network of motion and one of pictures, with weights of no training */
class StreamsJoined : public testing::Test
{
protected:
    void SetUp() override
    {
        make("motion", "watch", 32, 17, [](Json &) {});
        make("pictures", "eco", 64, 16, pictures_card);
    }

    static void pictures_card(Json &card)
    {
        card["input"]["scale"] = {2, 2, 2};
        card["input"]["shift"] = {-1, -1, -1};
        card["regions"]["full"] = false;
    }

    template <typename Change>
    void make(const std::string &name, const std::string &architecture, int side, int frames,
              Change &&change)
    {
        Json card = read_json(Bundle::open("watch").folder() / "card.json");
        card["name"] = name;
        card["architecture"] = architecture;
        card["input"]["width"] = card["input"]["height"] = side;
        card["sampling"]["frames"] = frames;
        card.erase("anchors");
        change(card);
        const at::NoGradGuard no_grad;
        at::manual_seed(frames + name.back()); // motion, motion2
        const auto network = nn::make_backbone(architecture, 3);
        for (int i = 0; i < 20; ++i)
            network->rows(at::rand({2, 3, frames, side, side}));
        card["files"] = {{{"name", name + ".pt"}, {"sha256", ""}, {"url", ""}}};
        folder_.write(name + "/labels.txt", "normal\nfight\nfall\n");
        write_weights(folder_.path() / name / (name + ".pt"), bundle_weights(*network));
        folder_.write(name + "/card.json", card.dump());
    }

    std::string path_of(const std::string &name) const { return (folder_.path() / name).string(); }

    StreamsToJoin streams(double share) const
    {
        return {{path_of("motion")}, {path_of("pictures")}, share, /*flow=*/{}, /*like=*/""};
    }

    std::shared_ptr<nn::Backbone> network_of(const std::string &name) const
    {
        const Bundle bundle = Bundle::open((folder_.path() / name).string());
        const auto network = nn::make_backbone(backbone_options(bundle.activity(), 3));
        const auto file = bundle.file(bundle.weights());
        Weights all = read_weights(file);
        Weights weights = without_prefixes(all, {"head."});
        for (const auto &[parameter, tensor] : classifier_weights(all, "fc"))
            weights.emplace("fc." + parameter, tensor);
        load_weights(*network, weights, file);
        network->eval();
        return network;
    }

    std::string refusal() const
    {
        return error_of([&] { join_streams(streams(0.5), folder_.path() / "joined"); });
    }

    TemporaryFolder folder_;
};

TEST_F(StreamsJoined, GiveTheWeightedMeanOfTheirLogits)
{
    const at::NoGradGuard no_grad;
    const Bundle made = join_streams(streams(0.25), folder_.path() / "joined");
    EXPECT_EQ(made.activity().architecture, "two-stream");
    EXPECT_EQ(made.activity().input.size.width, 64);
    EXPECT_EQ(made.activity().sampling.frames, 17);
    EXPECT_TRUE(made.activity().regions.full) << "as motion has it";
    EXPECT_EQ(made.activity().decision.window, Bundle::open("watch").activity().decision.window);
    EXPECT_TRUE(made.activity().decision.alarms.empty()) << "not of these scores";

    const at::Tensor clips = at::rand({2, 3, 17, 64, 64}); // in [0, 1]
    const at::Tensor motion = network_of("motion")->logits(at::avg_pool3d(clips, {1, 2, 2}));
    const auto eco = std::dynamic_pointer_cast<nn::Eco>(network_of("pictures"));
    const at::Tensor pictures = eco->classify(eco->map_but_last(clips * 2 - 1));
    const at::Tensor expected = 0.75 * motion + 0.25 * pictures;
    const at::Tensor joined = network_of("joined")->logits(clips * 2 - 1);
    EXPECT_LT((joined - expected).abs().max().item<double>(),
              1e-4 * expected.abs().max().item<double>());
    EXPECT_GT((motion - pictures).abs().max().item<double>(),
              1e-2 * expected.abs().max().item<double>());
}

TEST_F(StreamsJoined, ShareWhatPicturesLeaveBetweenMotionAndFlow)
{
    const at::NoGradGuard no_grad;
    const auto flow_card = [](Json &card) {
        card["input"]["scale"] = {2, 2, 2};
        card["input"]["shift"] = {-1, -1, -1};
    };
    make("flow", "watch-flow", 32, 17, flow_card);
    StreamsToJoin asked = streams(0.4);
    asked.flow = {path_of("flow")};
    const auto join = [&] { return join_streams(asked, folder_.path() / "joined"); };
    EXPECT_EQ(join().activity().architecture, "three-stream");

    const at::Tensor clips = at::randint(0, 65, {2, 3, 17, 64, 64}) / 64; // of exact means
    const at::Tensor half = at::avg_pool3d(clips, {1, 2, 2});
    const auto eco = std::dynamic_pointer_cast<nn::Eco>(network_of("pictures"));
    const at::Tensor expected = 0.3 * network_of("motion")->logits(half) +
                                0.3 * network_of("flow")->logits(half * 2 - 1) +
                                0.4 * eco->classify(eco->map_but_last(clips * 2 - 1));
    const at::Tensor joined = network_of("joined")->logits(clips * 2 - 1);
    EXPECT_LT((joined - expected).abs().max().item<double>(),
              1e-4 * expected.abs().max().item<double>());

    make("flow", "watch-flow", 32, 17, [](Json &) {});
    EXPECT_EQ(error_of(join), "model 'flow': expected the scale and shift of 'pictures', which see "
                              "the same values, got others; train it with such a card");
    make("flow", "watch-flow", 48, 17, flow_card);
    EXPECT_EQ(error_of(join), "model 'flow': expected a width of 32, as 'motion' goes with it, got "
                              "48; train it with such a card");
}

TEST_F(StreamsJoined, MayBeEnsemblesOfAsManyNetworks)
{
    const at::NoGradGuard no_grad;
    make("motion2", "watch", 32, 17, [](Json &card) {
        card["input"]["scale"] = {2, 2, 2};
        card["input"]["shift"] = {-1, -1, -1};
    });
    make("pictures2", "eco", 64, 16, pictures_card);
    StreamsToJoin asked = streams(0.4);
    asked.motion.push_back(path_of("motion2"));
    const auto join = [&] { return join_streams(asked, folder_.path() / "joined"); };
    EXPECT_EQ(error_of(join), "--pictures: expected 2 models, as of --motion, got 1");
    asked.pictures.push_back(path_of("pictures2"));
    const Bundle made = join();
    EXPECT_EQ(made.activity().ensemble, 2);
    EXPECT_EQ(read_json(made.card_file())["source"],
              "Logits of 'motion', 'motion2' (motion) and, by 0.4, of 'pictures', 'pictures2' "
              "(pictures), in one network by fovea models join.");

    const at::Tensor clips = at::rand({2, 3, 17, 64, 64});
    const at::Tensor half = at::avg_pool3d(clips, {1, 2, 2});
    at::Tensor expected = 0.3 * network_of("motion")->logits(half) +
                          0.3 * network_of("motion2")->logits(half * 2 - 1);
    for (const char *name : {"pictures", "pictures2"}) {
        const auto eco = std::dynamic_pointer_cast<nn::Eco>(network_of(name));
        expected = expected + 0.2 * eco->classify(eco->map_but_last(clips * 2 - 1));
    }
    const at::Tensor joined = network_of("joined")->logits(clips * 2 - 1);
    EXPECT_LT((joined - expected).abs().max().item<double>(),
              1e-4 * expected.abs().max().item<double>());

    make("pictures2", "eco", 64, 16, [](Json &) {});
    EXPECT_NE(error_of(join).find("model 'pictures2': expected the scale and shift of 'pictures'"),
              std::string::npos);
    asked.flow = {path_of("motion")};
    EXPECT_EQ(error_of(join), "--flow: expected 2 models, as of --motion, got 1");
    asked.motion.resize(9, path_of("motion"));
    EXPECT_EQ(error_of(join), "--motion: expected 1 to 8 models, got 9") << "as its card may say";
}

TEST_F(StreamsJoined, HaveToFit)
{
    make("pictures", "eco", 128, 16, pictures_card);
    EXPECT_EQ(refusal(), "model 'pictures': expected a width of 64, as 'motion' goes with it, got "
                         "128; train it with such a card");
    make("pictures", "eco", 64, 17, pictures_card);
    EXPECT_EQ(refusal(),
              "model 'pictures': expected clips of 16, as 'motion' goes with it, got 17; "
              "train it with such a card");
    make("pictures", "watch", 64, 17, [](Json &) {});
    EXPECT_EQ(refusal(), "--pictures 'pictures': expected a model of the architecture eco without "
                         "attention, got watch");
    make("pictures", "eco", 64, 16, pictures_card);
    folder_.write("pictures/labels.txt", "normal\nfight\ndance\n");
    EXPECT_NE(refusal().find("dance"), std::string::npos) << refusal();
}

TEST_F(StreamsJoined, AreOfTheirOwnClassifiersAndStayWhereTheyAre)
{
    make("pictures", "eco", 64, 16, [](Json &card) {
        pictures_card(card);
        card["head"] = "ra";
    });
    EXPECT_EQ(refusal(), "--pictures 'pictures': expected a model of one label a window by its own "
                         "classifier (head score-mean), got head 'ra'; train it with --head none");
    make("pictures", "eco", 64, 16, pictures_card);
    const auto place = folder_.path() / "pictures";
    EXPECT_EQ(error_of([&] { join_streams(streams(0.5), place); }),
              "--out '" + place.string() +
                  "': expected another folder than those of the models it is made of, got that of "
                  "'pictures'");
    EXPECT_EQ(Bundle::open(place.string()).activity().architecture, "eco");
}

TEST_F(StreamsJoined, ReplaceWhatWasJoinedBeforeAndNoOtherModel)
{
    const auto out = folder_.path() / "joined";
    join_streams(streams(0.5), out);
    const Bundle again = join_streams(streams(0.25), out);
    EXPECT_NE(read_json(again.card_file())["source"].get<std::string>().find("by 0.25"),
              std::string::npos);
    make("trained", "watch", 32, 17, [](Json &card) { card["title"] = "days of work"; });
    const auto trained = folder_.path() / "trained";
    EXPECT_EQ(error_of([&] { join_streams(streams(0.5), trained); }),
              "--out '" + trained.string() +
                  "': expected no bundle there, or one made by fovea models join, got 'days of "
                  "work', which would be lost; choose another --out, or remove it");
    EXPECT_EQ(Bundle::open(trained.string()).activity().architecture, "watch");
}

TEST_F(StreamsJoined, NeedAFolderWhoseNameACardCanHold)
{
    const auto out = folder_.path() / "nam\xe9";
    EXPECT_EQ(error_of([&] { join_streams(streams(0.5), out); }),
              "--out '" + folder_.path().string() +
                  "/nam\xef\xbf\xbd': expected a folder whose name, which the model gets, is UTF-8 "
                  "without control characters, got 'nam\xef\xbf\xbd'; choose another --out");
    EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(StreamsJoined, TakeRegionsNeedsAndAlarmsOfAnotherCard)
{
    const at::NoGradGuard no_grad;
    const auto like = folder_.path() / "like";
    Json form = read_json(Bundle::open("watch").folder() / "card.json");
    form["name"] = "like";
    form.erase("anchors");
    form["files"] = {{{"name", "nowhere.pt"}, {"sha256", ""}, {"url", ""}}};
    form["regions"] = {{"full", false}, {"grid", 3}, {"fraction", 0.4}, {"actor", true}};
    form["actor"]["margin"] = 1.4;
    form["decision"]["window"] = 40;
    form["decision"]["least_person"] = 0.2;
    form["decision"]["needs"] = {{"fight", {{"persons", "two-touch"}, {"factor", 0.6}}}};
    form["decision"]["alarms"] = {{"fight", {{"on", 0.58}}}, {"fall", {{"on", 0.73}}}};
    folder_.write("like/card.json", form.dump());
    folder_.write("like/labels.txt", "fall\nfight\nnormal\n");
    StreamsToJoin asked = streams(0.5);
    asked.like = like.string();
    const auto out = folder_.path() / "joined";
    const ActivityCard card = join_streams(asked, out).activity();
    EXPECT_FALSE(card.regions.full);
    EXPECT_EQ(card.regions.grid, 3);
    EXPECT_EQ(card.regions.fraction, 0.4);
    EXPECT_TRUE(card.regions.actor);
    EXPECT_EQ(card.actor.margin, 1.4);
    const CardDecision &decision = card.decision;
    EXPECT_EQ(decision.needs.at("fight").need, PersonsNeed::TwoTouch);
    EXPECT_FLOAT_EQ(decision.needs.at("fight").factor, 0.6F);
    EXPECT_FLOAT_EQ(decision.least_person, 0.2F);
    EXPECT_FLOAT_EQ(decision.alarms.at("fight").on, 0.58F);
    EXPECT_FLOAT_EQ(decision.alarms.at("fall").on, 0.73F);
    EXPECT_EQ(decision.window, 4) << "rows are as motion's";
    EXPECT_EQ(Bundle::open(out.string()).labels(),
              (std::vector<std::string>{"normal", "fight", "fall"}));

    EXPECT_NE(error_of([&] { join_streams(asked, like); }).find("got that of 'like'"),
              std::string::npos);
    folder_.write("like/labels.txt", "fall\nnormal\ndance\n");
    EXPECT_EQ(error_of([&] { join_streams(asked, folder_.path() / "none"); }),
              "models 'motion' and 'like' cannot be combined: expected the same labels, got "
              "'fight' in 'motion' alone, 'dance' in 'like' alone; train both on one list");
    asked.like = "yolo-fastest-1.1-xl";
    EXPECT_EQ(error_of([&] { join_streams(asked, folder_.path() / "none"); }),
              "model 'yolo-fastest-1.1-xl' finds persons, expected one that recognises activities");
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "none"));
}

TEST_F(StreamsJoined, MayNameTheirLabelsInAnotherOrder)
{
    const at::NoGradGuard no_grad;
    folder_.write("pictures/labels.txt", "fall\nnormal\nfight\n");
    const Bundle made = join_streams(streams(1), folder_.path() / "joined");
    EXPECT_EQ(made.labels(), (std::vector<std::string>{"normal", "fight", "fall"}));
    const at::Tensor clips = at::rand({1, 3, 17, 64, 64}) * 2 - 1;
    const auto eco = std::dynamic_pointer_cast<nn::Eco>(network_of("pictures"));
    const at::Tensor own = eco->classify(eco->map_but_last(clips)).squeeze();
    const at::Tensor joined = network_of("joined")->logits(clips).squeeze();
    EXPECT_LT((joined - own.index_select(0, at::tensor({1, 2, 0}))).abs().max().item<double>(),
              1e-4 * own.abs().max().item<double>());
}

} // namespace

} // namespace fovea
