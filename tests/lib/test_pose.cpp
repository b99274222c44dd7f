// SPDX-License-Identifier: MIT
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/engine/map_network.h"
#include "fovea/nn/evaluate.h"
#include "fovea/pose/decode_pose.h"
#include "fovea/pose/movenet.h"
#include "fovea/pose/pose_estimator.h"
#include "reference_case.h"

namespace fs = std::filesystem;
using fovea::Array;
using fovea::Box;
using fovea::Json;
using fovea::Pose;

namespace {

/** \brief MoveNet Lightning as it is published: model.json with its shards beside it; empty: not here */
fs::path movenet()
{
    const char *path = std::getenv("FOVEA_MOVENET");
    return path != nullptr && fs::exists(path) ? path : "";
}

/** \brief What a file that is no such model, or not there, is told */
std::string error_of(const std::function<void()> &read)
{
    try {
        read();
    } catch (const fovea::Error &error) {
        return error.what();
    }
    return "no error";
}

/** \brief A made model: 1x1 convolution to 17 channels, and from there the four maps */
class MadeModel : public ::testing::Test
{
protected:
    void SetUp() override
    {
        folder_ = fs::path(::testing::TempDir()) / "fovea_test_pose";
        fs::create_directories(folder_);
        convolution("net/stem", "net/pixels", {1, 1, 3, 2}, {"BiasAdd", "Relu6"}, "SAME", 2);
        node("net/up", "ResizeBilinear", {"net/stem", "net/size"},
             {{"half_pixel_centers", {{"b", true}}}, {"align_corners", {{"b", false}}}});
        node("net/deep", "DepthwiseConv2dNative", {"net/up", "net/deep/weights"},
             {{"strides", strides(2)}, {"padding", {{"s", "U0FNRQ=="}}}}); // SAME
        weight("net/deep/weights", {3, 3, 2, 1}, "float16");
        convolution("net/kpt_heatmap_0/out", "net/deep", {1, 1, 2, 17}, {"BiasAdd"}, "VALID", 1);
        convolution("net/center_0/out", "net/deep", {1, 1, 2, 1}, {"BiasAdd"}, "VALID", 1);
        convolution("net/kpt_regress_0/out", "net/deep", {1, 1, 2, 34}, {"BiasAdd"}, "VALID", 1);
        convolution("net/kpt_offset_0/out", "net/deep", {1, 1, 2, 34}, {"BiasAdd"}, "VALID", 1);
    }

    void TearDown() override { fs::remove_all(folder_); }

    static Json strides(int stride)
    {
        const std::string text = std::to_string(stride);
        return {{"list", {{"i", {"1", text, text, "1"}}}}};
    }

    void node(const std::string &name, const std::string &op,
              const std::vector<std::string> &inputs, const Json &attributes)
    {
        nodes_.push_back({{"name", name}, {"op", op}, {"input", inputs}, {"attr", attributes}});
    }

    /** \brief Value i of each tensor is i + 1 eighths, and its sign alternates */
    void weight(const std::string &name, const std::vector<std::int64_t> &shape,
                const std::string &stored)
    {
        Json entry = {{"name", name}, {"shape", shape}, {"dtype", "float32"}};
        if (stored == "float16")
            entry["quantization"] = {{"dtype", "float16"}, {"original_dtype", "float32"}};
        weights_.push_back(entry);
        std::int64_t count = 1;
        for (const std::int64_t size : shape)
            count *= size;
        for (std::int64_t i = 0; i < count; ++i) {
            const float value = (i % 2 == 0 ? 0.125F : -0.125F) * static_cast<float>(i + 1);
            if (stored == "float16") { // of these few bits the halves are exact
                const int exponent = static_cast<int>(std::floor(std::log2(std::abs(value))));
                const auto mantissa =
                    static_cast<int>((std::abs(value) / std::exp2(exponent) - 1) * 1024);
                const auto half = static_cast<std::uint16_t>((value < 0 ? 0x8000 : 0) |
                                                             ((exponent + 15) << 10) | mantissa);
                shard_.append(reinterpret_cast<const char *>(&half), sizeof half);
            } else {
                shard_.append(reinterpret_cast<const char *>(&value), sizeof value);
            }
        }
    }

    void convolution(const std::string &name, const std::string &input,
                     const std::vector<std::int64_t> &kernel, const std::vector<std::string> &fused,
                     const std::string &padding, int stride)
    {
        Json names = Json::array();
        for (const std::string &one : fused)
            names.push_back(one == "BiasAdd" ? "Qmlhc0FkZA==" : "UmVsdTY="); // Relu6
        node(name, "_FusedConv2D", {input, name + "/weights", name + "/bias"},
             {{"strides", strides(stride)},
              {"padding", {{"s", padding == "SAME" ? "U0FNRQ==" : "VkFMSUQ="}}},
              {"fused_ops", {{"list", {{"s", names}}}}}});
        weight(name + "/weights", kernel, "float16");
        weight(name + "/bias", {kernel.back()}, "float32");
    }

    fs::path write() const
    {
        const Json model = {
            {"modelTopology", {{"node", nodes_}}},
            {"weightsManifest", {{{"paths", {"a.bin", "b.bin"}}, {"weights", weights_}}}}};
        const std::size_t half = shard_.size() / 2 + 1; // in the midst of a number
        std::ofstream(folder_ / "a.bin", std::ios::binary) << shard_.substr(0, half);
        std::ofstream(folder_ / "b.bin", std::ios::binary) << shard_.substr(half);
        std::ofstream(folder_ / "model.json") << model.dump();
        return folder_ / "model.json";
    }

    std::string refused() const
    {
        return error_of([&] { movenet_graph(fovea::read_tfjs_model(write())); });
    }

    fs::path folder_;
    Json nodes_ = Json::array();
    Json weights_ = Json::array();
    std::string shard_;
};

TEST_F(MadeModel, IsReadFromJsonAndHalfFloats)
{
    const auto model = fovea::read_tfjs_model(write());
    ASSERT_EQ(model.nodes.size(), 7U);
    EXPECT_EQ(model.nodes[0].stride, 2);
    EXPECT_TRUE(model.nodes[0].same);
    EXPECT_EQ(model.nodes[0].fused, (std::vector<std::string>{"BiasAdd", "Relu6"}));
    EXPECT_FALSE(model.nodes[3].same);
    EXPECT_TRUE(model.nodes[1].half_pixel_centers);
    const auto &kernel = model.weights.at("net/stem/weights");
    EXPECT_EQ(kernel.shape, (std::vector<std::int64_t>{1, 1, 3, 2}));
    EXPECT_EQ(kernel.values, (std::vector<float>{0.125F, -0.25F, 0.375F, -0.5F, 0.625F, -0.75F}));
    EXPECT_EQ(model.weights.at("net/stem/bias").values, (std::vector<float>{0.125F, -0.25F}));
}

TEST_F(MadeModel, BecomesTheFourMaps)
{
    const fovea::nn::Graph graph = movenet_graph(fovea::read_tfjs_model(write()));
    const auto maps = run_outputs(graph, at::ones({1, 3, 1, 8, 8}));
    ASSERT_EQ(maps.size(), 4U);
    EXPECT_EQ(maps[fovea::heatmap_map].sizes(), at::IntArrayRef({1, 17, 1, 4, 4}));
    // The stem gives 0.125 + (0.125 + 0.375 + 0.625) = 1.25 and, below 0, 0. In the middle the 3x3
    // kernel of the first channel sums 1, 3, 5 ... 17 eighths: 81 / 8 times that = 12.65625
    const float deep = 12.65625F;
    EXPECT_FLOAT_EQ(maps[fovea::centre_map][0][0][0][1][1].item<float>(), 0.125F * deep + 0.125F);
    EXPECT_FLOAT_EQ(maps[fovea::heatmap_map][0][1][0][1][1].item<float>(), -0.25F * deep - 0.25F);
}

TEST_F(MadeModel, OfAnotherFormIsRefusedByName)
{
    const std::string whole = shard_;
    shard_ = whole.substr(0, 100);
    EXPECT_NE(refused().find("model.json': the shards end before weights '"), std::string::npos)
        << refused();
    shard_ = whole + "xy";
    EXPECT_NE(refused().find("bytes of weights, got"), std::string::npos) << refused();
    shard_ = whole;
    nodes_[1]["attr"]["half_pixel_centers"]["b"] = false;
    EXPECT_NE(refused().find("'net/up' (ResizeBilinear): expected half_pixel_centers"),
              std::string::npos)
        << refused();
    nodes_[1]["attr"]["half_pixel_centers"]["b"] = true;
    nodes_[0]["attr"]["strides"]["list"]["i"] = {"1", "2", "1", "1"};
    EXPECT_NE(refused().find("one stride for height and width"), std::string::npos) << refused();
    nodes_[0]["attr"]["strides"] = strides(2);
    nodes_[2]["input"][0] = "net/nowhere";
    EXPECT_NE(refused().find("its input is none of the layers before it"), std::string::npos);
    nodes_[2]["input"][0] = "net/up";
    nodes_.erase(4); // the centre
    EXPECT_NE(refused().find("expected MoveNet's map 'center_0' of 1 channels"), std::string::npos)
        << refused();
    std::ofstream(folder_ / "model.json") << "{}";
    EXPECT_NE(error_of([&] {
                  fovea::read_tfjs_model(folder_ / "model.json");
              }).find("expected a graph model of TensorFlow.js"),
              std::string::npos);
    EXPECT_NE(error_of([&] { fovea::read_tfjs_model(folder_ / "none.json"); }).find("none.json"),
              std::string::npos);
}

/** \brief Maps of 4 x 4 cells in which nothing stands out */
std::vector<Array> flat_maps()
{
    std::vector<Array> maps;
    for (const std::int64_t channels : {17, 1, 34, 34})
        maps.emplace_back(std::vector<std::int64_t>{1, 4, 4, channels});
    std::fill(maps[fovea::heatmap_map].values.begin(), maps[fovea::heatmap_map].values.end(),
              -9.0F);
    std::fill(maps[fovea::centre_map].values.begin(), maps[fovea::centre_map].values.end(), -9.0F);
    return maps;
}

float &cell(Array &map, std::int64_t row, std::int64_t column, std::int64_t channel)
{
    return map.values[static_cast<std::size_t>((row * 4 + column) * map.shape[3] + channel)];
}

TEST(DecodePose, ReadsTheKeypointNearWhereTheCentreSaysItIs)
{
    auto maps = flat_maps();
    cell(maps[fovea::centre_map], 2, 1, 0) = 0;
    cell(maps[fovea::regress_map], 2, 1, 0) = -2; // the nose: two rows up
    cell(maps[fovea::regress_map], 2, 1, 1) = 1;  // and one column on: (0, 2)
    cell(maps[fovea::heatmap_map], 0, 2, 0) = 0;  // 0.5 / 1.8
    cell(maps[fovea::heatmap_map], 3, 0, 0) = 1;  // 0.73 / (sqrt(13) + 1.8): too far
    cell(maps[fovea::offset_map], 0, 2, 0) = 0.5F;
    cell(maps[fovea::offset_map], 0, 2, 1) = -0.25F;
    const Pose pose = fovea::decode_pose(maps, 0);
    EXPECT_FLOAT_EQ(pose[0].y, 0.5F / 4);
    EXPECT_FLOAT_EQ(pose[0].x, 1.75F / 4);
    EXPECT_FLOAT_EQ(pose[0].confidence, 0.5F);
    EXPECT_NEAR(pose[1].confidence, 1 / (1 + std::exp(9.0)), 1e-7);
}

TEST(PoseCrop, IsTheSquareOfFiveQuartersOfTheLongerSide)
{
    const Box crop =
        fovea::pose_crop({0.45F, 0.3F, 0.1F, 0.4F}, /*aspect=*/2); // of 400 x 200 pixels
    EXPECT_NEAR(crop.height, 0.5, 1e-6);
    EXPECT_NEAR(crop.width, 0.25, 1e-6);
    EXPECT_NEAR(crop.x, 0.375, 1e-6);
    EXPECT_NEAR(crop.y, 0.25, 1e-6);
    // At the edge it is moved into the frame, and never larger than it
    const Box edge = fovea::pose_crop({0, 0, 0.1F, 0.4F}, 2);
    EXPECT_EQ(edge.x, 0);
    EXPECT_EQ(edge.y, 0);
    EXPECT_NEAR(edge.width, 0.25, 1e-6);
    EXPECT_NEAR(fovea::pose_crop({0.4F, 0, 0.2F, 1}, 2).height, 1, 1e-6);
    const Pose inside = fovea::inside(Pose{{{0.5F, 1, 0.75F}}}, crop);
    EXPECT_NEAR(inside[0].x, 0.5, 1e-6);
    EXPECT_NEAR(inside[0].y, 0.75, 1e-6);
    EXPECT_EQ(inside[0].confidence, 0.75F);
}

TEST(MoveNet, GivesTheReferencesMaps)
{
    const char *shared = std::getenv("FOVEA_SHARED");
    const fs::path file = fs::path(shared != nullptr ? shared : "") / "pose/reference.json";
    if (movenet().empty() || !fs::exists(file))
        GTEST_SKIP() << "no MoveNet: FOVEA_MOVENET is not set to its model.json, or no reference";
    const Json expected = fovea::read_json(file);
    const at::Tensor pictures =
        (255 * named_numbers::uniform("input/movenet", {2, 3, 192, 192})).to(at::kFloat);
    const at::Tensor pixels = (pictures / 127.5 - 1).permute({0, 2, 3, 1}).contiguous();
    for (const char *engine : {"onednn", "torch"}) {
        fovea::PictureEngine options;
        options.engine = engine;
        options.device = "cpu";
        options.precision = "fp32";
        const auto network = make_map_network(movenet_graph(fovea::read_tfjs_model(movenet())),
                                              {192, 192}, 3, options);
        const auto maps = network->maps(2, [&](std::int64_t i, float *to) {
            std::copy_n(pixels[i].data_ptr<float>(), pixels[i].numel(), to);
        });
        const char *names[] = {"heatmap", "center", "regress", "offset"};
        for (std::size_t i = 0; i < maps.size(); ++i) {
            at::Tensor map =
                at::from_blob(const_cast<float *>(maps[i].values.data()), maps[i].shape)
                    .permute({0, 3, 1, 2});
            if (i == fovea::heatmap_map || i == fovea::centre_map)
                map = map.sigmoid();
            reference::expect_like(map, expected[names[i]], std::string(engine) + " " + names[i]);
        }
        const Pose pose = fovea::decode_pose(maps, 0);
        for (std::size_t i = 0; i < pose.size(); ++i) {
            const auto keypoint = expected["keypoints"][i].get<std::array<double, 3>>();
            EXPECT_NEAR(pose[i].x, keypoint[0], 2e-5) << fovea::keypoint_names[i];
            EXPECT_NEAR(pose[i].y, keypoint[1], 2e-5) << fovea::keypoint_names[i];
            EXPECT_NEAR(pose[i].confidence, keypoint[2], 2e-5) << fovea::keypoint_names[i];
        }
    }
}

} // namespace
