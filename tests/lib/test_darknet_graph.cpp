// SPDX-License-Identifier: MIT
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "fovea/detect/darknet_graph.h"
#include "fovea/detect/dnn_network.h"
#include "fovea/detect/yolo_rows.h"

namespace fs = std::filesystem;
using fovea::DarknetLayer;
using fovea::DnnDetectorOptions;
using fovea::read_darknet_cfg;
using fovea::SoughtClasses;

namespace {

const std::string head = "[net]\nwidth=40\nheight=24\nchannels=3\n";
const std::string yolo = "[convolutional]\nfilters=14\nsize=1\nactivation=linear\n"
                         "[yolo]\nmask=1,2\nanchors=3,5, 8,9, 20,11\nclasses=2\nnum=3\n";

std::string convolution(int filters, int size, int stride, int groups, const char *activation)
{
    return "[convolutional]\nbatch_normalize=1\nfilters=" + std::to_string(filters) +
           "\nsize=" + std::to_string(size) + "\nstride=" + std::to_string(stride) +
           "\npad=1\ngroups=" + std::to_string(groups) + "\nactivation=" + activation + "\n";
}

/** \brief Every layer that a graph can say: halves of channels, residuals, pools, two heads */
const std::string everything =
    head + convolution(8, 3, 2, 1, "leaky") +                               // 0: 20 x 12
    convolution(8, 3, 1, 8, "leaky") + convolution(8, 1, 1, 1, "linear") +  // 2
    "[dropout]\nprobability=.2\n[shortcut]\nfrom=-4\nactivation=linear\n" + // 4
    convolution(16, 5, 1, 2, "relu") +                                      // 5
    "[route]\nlayers=-1\ngroups=2\ngroup_id=1\n"                            // 6: 8 channels
    "[maxpool]\nsize=2\nstride=2\n[maxpool]\nsize=5\nstride=1\n"            // 8: 10 x 6
    "[maxpool]\nsize=2\nstride=1\n" +                                       // 9
    yolo +                                                                  // 11
    "[route]\nlayers=-3\n[upsample]\nstride=2\n[route]\nlayers=-1,4\n" +    // 14: 20 x 12
    convolution(12, 3, 1, 4, "leaky") +
    yolo;

class DarknetGraph : public ::testing::Test
{
protected:
    void SetUp() override
    {
        folder_ = fs::path(::testing::TempDir()) / "fovea_test_darknet_graph";
        fs::create_directories(folder_);
    }

    void TearDown() override { fs::remove_all(folder_); }

    /** \brief Files of a network with random weights of a spread that keeps numbers near 1 */
    DnnDetectorOptions options_of(const std::string &cfg) const
    {
        DnnDetectorOptions options;
        options.input = {40, 24};
        options.classes = 2;
        options.network = folder_ / "net.cfg";
        options.weights = folder_ / "net.weights";
        std::ofstream(options.network) << cfg;
        const auto network = read_darknet_cfg(cfg, options.input);
        std::vector<float> weights;
        std::mt19937 random(7);
        const auto append = [&](std::int64_t count, float least, float most) {
            std::uniform_real_distribution<float> spread(least, most);
            for (std::int64_t i = 0; i < count; ++i)
                weights.push_back(spread(random));
        };
        std::int64_t in = 3;
        for (const DarknetLayer &layer : network.layers) {
            if (layer.kind == DarknetLayer::Kind::Convolution) {
                append(layer.channels, -0.5F, 0.5F); // biases
                if (layer.normalised) {
                    append(layer.channels, 0.5F, 1.5F);  // scales
                    append(layer.channels, -0.5F, 0.5F); // means
                    append(layer.channels, 0.5F, 1.5F);  // variances
                }
                append(layer.channels * (in / layer.groups) * layer.size * layer.size, -0.3F, 0.3F);
            }
            in = layer.channels;
        }
        EXPECT_EQ(static_cast<std::int64_t>(weights.size()), network.parameters);
        std::ofstream file(options.weights, std::ios::binary);
        const std::int32_t header[5] = {0, 2, 5, 0, 0};
        file.write(reinterpret_cast<const char *>(header), sizeof header);
        file.write(reinterpret_cast<const char *>(weights.data()),
                   static_cast<std::streamsize>(weights.size() * sizeof(float)));
        return options;
    }

    fs::path folder_;
};

std::vector<std::vector<float>> rows_of(DnnDetectorOptions options, const std::string &engine,
                                        SoughtClasses sought = SoughtClasses::All, int columns = 7)
{
    options.engine = engine;
    options.precision = "fp32";
    const auto network = make_dnn_network(options, sought);
    EXPECT_EQ(network->person_class(), columns == 7 ? options.person_class : 0);
    std::vector<float> planes(3 * 40 * 24);
    std::mt19937 random(3);
    std::uniform_real_distribution<float> spread(0, 1);
    for (float &value : planes)
        value = spread(random);
    std::vector<std::vector<float>> rows;
    network->run(planes.data(), [&](const fovea::NetworkOutput &output) {
        EXPECT_EQ(output.shape.at(1), columns);
        rows.emplace_back(output.values, output.values + output.shape.at(0) * output.shape.at(1));
    });
    return rows;
}

TEST_F(DarknetGraph, ComputesWhatOpenCVDoes)
{
    const DnnDetectorOptions options = options_of(everything);
    const auto expected = rows_of(options, "opencv");
    ASSERT_EQ(expected.size(), 2U);
    EXPECT_EQ(expected[0].size(), 10U * 6 * 2 * 7);
    EXPECT_EQ(expected[1].size(), 20U * 12 * 2 * 7);
    for (const char *engine : {"onednn", "torch"}) {
        const auto rows = rows_of(options, engine);
        ASSERT_EQ(rows.size(), 2U);
        for (std::size_t i = 0; i < 2; ++i) {
            ASSERT_EQ(rows[i].size(), expected[i].size());
            for (std::size_t k = 0; k < rows[i].size(); ++k)
                ASSERT_NEAR(rows[i][k], expected[i][k], 1e-4 * (1 + std::abs(expected[i][k])))
                    << engine << ", output " << i << ", number " << k;
        }
    }
}

TEST_F(DarknetGraph, SaysOfOneClassWhatItSaysAmongAll)
{
    DnnDetectorOptions options = options_of(everything);
    for (const int person : {0, 1}) {
        options.person_class = person;
        const auto all = rows_of(options, "onednn");
        const auto one = rows_of(options, "onednn", SoughtClasses::Person, /*columns=*/6);
        ASSERT_EQ(one.size(), 2U);
        for (std::size_t i = 0; i < 2; ++i) {
            ASSERT_EQ(one[i].size() / 6, all[i].size() / 7);
            for (std::size_t k = 0; k < one[i].size(); ++k) {
                const std::size_t column = k % 6 < 5 ? k % 6 : 5 + static_cast<std::size_t>(person);
                const float expected = all[i][k / 6 * 7 + column];
                ASSERT_NEAR(one[i][k], expected, 1e-5 * (1 + std::abs(expected)))
                    << "output " << i << ", number " << k;
            }
        }
    }
}

TEST_F(DarknetGraph, AllClassesStayWhereOthersReadThem)
{
    const std::string read_again = head + convolution(8, 3, 2, 1, "leaky") + yolo +
                                   "[route]\nlayers=-2\n" + convolution(8, 1, 1, 1, "leaky") + yolo;
    rows_of(options_of(read_again), "onednn", SoughtClasses::Person, /*columns=*/7);
}

TEST_F(DarknetGraph, WhatItCannotSayStaysWithOpenCV)
{
    const std::string mish = head + convolution(8, 3, 1, 1, "mish") + yolo;
    EXPECT_EQ(why_no_graph(read_darknet_cfg(mish, {40, 24})), "line 5: activation 'mish'");
    DnnDetectorOptions options = options_of(mish);
    EXPECT_EQ(make_dnn_network(options)->runtime().rfind("OpenCV", 0), 0U);
    options.engine = "onednn";
    EXPECT_THROW(make_dnn_network(options), fovea::Error);

    const auto why = [](const std::string &layers) {
        return why_no_graph(
            read_darknet_cfg(head + convolution(8, 3, 2, 1, "leaky") + layers + yolo, {40, 24}));
    };
    EXPECT_EQ(why(""), "");
    EXPECT_EQ(why("[scale_channels]\nfrom=-1\n"), "line 13: [scale_channels]");
    EXPECT_EQ(why("[shortcut]\nfrom=-1\nactivation=leaky\n"),
              "line 13: [shortcut] with an activation");
    EXPECT_EQ(why(convolution(16, 1, 1, 1, "leaky") + "[shortcut]\nfrom=-2\n"),
              "line 21: [shortcut] of other than two maps of one size");
}

/* One cell of two, one anchor of 8 x 9 pixels in an input of 40 x 24 */
TEST(YoloRows, AreCentresSizesAndScores)
{
    DarknetLayer layer;
    layer.kind = DarknetLayer::Kind::Yolo;
    layer.classes = 2;
    layer.anchors = {{8, 9}};
    fovea::Array map({1, 1, 2, 7});
    map.values = {0,
                  0,
                  0,
                  0,
                  -2,
                  9,
                  9, // objectness 0.119: no scores
                  0,
                  0,
                  std::log(2.0F),
                  0,
                  0,
                  0,
                  std::log(1.0F / 3.0F)}; // 0.5; 0.5 and 0.25
    std::vector<float> rows;
    fovea::yolo_rows(map, layer, {40, 24}, &rows);
    ASSERT_EQ(rows.size(), 14U);
    const float expected[] = {0.25F, 0.5F, 0.2F, 0.375F, 0.119203F, 0,     0,
                              0.75F, 0.5F, 0.4F, 0.375F, 0.5F,      0.25F, 0};
    for (std::size_t i = 0; i < rows.size(); ++i)
        EXPECT_NEAR(rows[i], expected[i], 1e-6) << i;
    layer.scale_xy = 2; // the centre may lie a half cell beyond: 1 + (0.731 - 0.5) 2 + 0.5 of 2
    map.values[7] = 1;
    fovea::yolo_rows(map, layer, {40, 24}, &rows);
    EXPECT_NEAR(rows[7], (1.5 + (0.7310586 - 0.5) * 2) / 2, 1e-6);
}

} // namespace
