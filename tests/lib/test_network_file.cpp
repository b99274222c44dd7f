// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

#include "fovea/bundle/network_file.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/nn/evaluate.h"
#include "kept_network_case.h"

namespace {

using fovea::head_file;
using fovea::HeadParameters;
using fovea::Json;
using fovea::KeptNetwork;
using fovea::network_file;
using fovea::parse_head;
using fovea::parse_network;
using fovea::nn::Graph;
using fovea_test::head_example;
using fovea_test::kept_example;

constexpr std::size_t magic_size = 8;
constexpr std::size_t length_at = magic_size + sizeof(std::uint32_t);
constexpr std::size_t text_at = length_at + sizeof(std::uint32_t);

std::string bytes_of(std::uint32_t number)
{
    return {reinterpret_cast<const char *>(&number), sizeof number};
}

/** \brief The text of a file changed, with the checksum of what it holds then */
template <typename Change>
std::string forged(const std::string &file, Change &&change)
{
    std::uint32_t length = 0;
    std::memcpy(&length, file.data() + length_at, sizeof length);
    Json json = Json::parse(file.substr(text_at, length));
    std::forward<Change>(change)(json);
    const std::string text = json.dump();
    const std::string body =
        bytes_of(static_cast<std::uint32_t>(text.size())) + text + file.substr(text_at + length);
    const auto sum = static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef *>(body.data()), static_cast<uInt>(body.size())));
    return file.substr(0, magic_size) + bytes_of(sum) + body;
}

TEST(NetworkFile, GivesBackWhatWasWritten)
{
    const at::NoGradGuard no_grad;
    const KeptNetwork kept = parse_network(network_file("a", kept_example()), "a");
    EXPECT_EQ(kept.channels, 13);
    EXPECT_EQ(kept.flops_per_pixel, 1234.5);
    EXPECT_EQ(kept.clip.width, 12);
    const Graph graph = fovea_test::everything();
    ASSERT_EQ(kept.graph.nodes().size(), graph.nodes().size());
    for (std::size_t i = 0; i < graph.nodes().size(); ++i)
        EXPECT_EQ(kept.graph.nodes()[i].name, graph.nodes()[i].name);
    const at::Tensor clip = 3 * named_numbers::input("input/kept", {2, 3, 4, 16, 12});
    const auto expected = run_outputs(graph, clip);
    const auto got = run_outputs(kept.graph, clip);
    ASSERT_EQ(got.size(), 2U);
    for (std::size_t i = 0; i < got.size(); ++i)
        EXPECT_TRUE(got[i].equal(expected[i])) << "to the bit: output " << i;

    const HeadParameters head = parse_head(head_file("a", head_example()), "a");
    EXPECT_EQ(head.channels, 7);
    EXPECT_EQ(head.motion, 3);
    EXPECT_EQ(head.tensors.at("fc.bias").data()[1], -2);
    EXPECT_EQ(head.tensors.at("fc.bias").shape(), std::vector<std::int64_t>{2});
}

TEST(NetworkFile, IsOfOneKeyAndOneKind)
{
    const std::string network = network_file("a", kept_example());
    const std::string head = head_file("a", head_example());
    EXPECT_THROW(parse_network(network, "b"), fovea::Error);
    EXPECT_THROW(parse_head(head, "b"), fovea::Error);
    EXPECT_THROW(parse_network(head, "a"), fovea::Error);
    EXPECT_THROW(parse_head(network, "a"), fovea::Error);
}

TEST(NetworkFile, HoldsNeitherLibTorchLayersNorWhatIsLarge)
{
    KeptNetwork network = kept_example();
    network.graph.torch_layer("torch", 1, [](const at::Tensor &x) { return x; });
    EXPECT_THROW(network_file("a", network), fovea::Error);
    HeadParameters head = head_example();
    head.tensors.emplace("large", fovea::SharedArray(fovea::Array({17, 1 << 20})));
    EXPECT_THROW(head_file("a", head), fovea::Error);
}

/** \brief A field of the example's text, by JSON pointer, and what it must not be. Nodes are counted without the input */
struct Forgery {
    const char *field;
    std::vector<Json> values;
};

TEST(NetworkFile, IsRefusedWhereAFieldCannotBeRunThoughItsChecksumIsRight)
{
    const std::string file = network_file("a", kept_example());
    EXPECT_NO_THROW(parse_network(forged(file, [](Json &) {}), "a")) << "forging itself is right";
    const Json many = Json::array({0, 0});
    const std::vector<Forgery> forgeries = {
        {"/nodes/0/op", {0, 9, 10, -1, 3.0, 1e300, "Add", nullptr}},
        {"/nodes/0/name", {3, nullptr}},
        {"/nodes/0/inputs", {Json::array(), many, {1}, {-1}, {18446744073709551615U}, {0.0}}},
        {"/nodes/0/kernel", {{1, 1, 1}, {2, 2, 1}}}, // of a difference
        {"/nodes/0/stride", {{2, 1, 1}}},
        {"/nodes/0/same", {true, 1}},
        {"/nodes/0/weight", {{{"shape", {1}}}}},
        {"/nodes/1/kernel", {{1, 1, 3}, {1, 3}, {1, 3, 0}, {1, 3, -3}, {1, 3, 1 << 20}, 3}},
        {"/nodes/1/stride", {{0, 1, 1}, {1, -1, 1}, {1, 1, 1 << 20}, {1, 1}}},
        {"/nodes/1/before", {{0, 100000000, 0}, {0, -1, 0}, {0, 3, 0}}},
        {"/nodes/1/after", {{0, 100000000, 0}, {0, -1, 0}, {0, 3, 0}}},
        {"/nodes/1/weight", {nullptr, {{"shape", {8, 3, 9}}}, {{"shape", {8, 3, 1, 9, 1}}}}},
        {"/nodes/1/weight/shape", {{0, 3, 1, 3, 3}, {8, 3, 1, 3, 1 << 30}, {-8, -3, 1, 3, 3}}},
        {"/nodes/1/bias", {nullptr}},
        {"/nodes/1/bias/shape", {{7}, {4, 2}, Json::array()}},
        {"/nodes/1/groups", {0, -1, 3, 1.5}},
        {"/nodes/1/slope", {1e300, "0", nullptr}},
        {"/nodes/1/limit", {1e300, nullptr}},
        {"/nodes/3/inputs", {{2}, {2, 2, 2}, {0, 2}}}, // of a sum: its parts must be of one size
        {"/nodes/4/inputs", {Json::array(), {2, 3}}},  // of a pooling
        {"/nodes/4/kernel", {{1, 0, 2}, {1, 2, 1000}}},
        {"/nodes/4/stride", {{1, 0, 1}}},
        {"/nodes/6/first_channel", {-1, 4, 1 << 30}}, // of a slice
        {"/nodes/6/channels", {0, -1, 7}},
        {"/nodes/7/inputs", {Json::array()}}, // of a concatenation
        {"/nodes/8/factor", {0, -2, 1 << 30}},
        {"/nodes/8/upsampling", {-1, 2}},
        {"/nodes", {Json::array(), nullptr, "x"}},
        {"/outputs", {{11}, {-1}, {1e300}}},
        {"/clip", {{3, 4, 16}, {3, 1, 16, 12}, {4, 4, 16, 12}, {3, 4, 0, 12}, {3, 4, 16, 1 << 30}}},
        {"/channels", {12, -1}},
        {"/flops_per_pixel", {-1, 1e300, nullptr}},
    };
    for (const auto &[field, values] : forgeries) {
        for (const Json &value : values) {
            const std::string bytes =
                forged(file, [&, at = field](Json &text) { text[Json::json_pointer(at)] = value; });
            EXPECT_THROW(parse_network(bytes, "a"), fovea::Error) << field << ": " << value;
        }
    }
    for (const char *field : {"/nodes/1/kernel", "/nodes/1/weight/shape", "/clip", "/key"}) {
        const Json::json_pointer at(field);
        const std::string bytes =
            forged(file, [&](Json &text) { text[at.parent_pointer()].erase(at.back()); });
        EXPECT_THROW(parse_network(bytes, "a"), fovea::Error) << "without " << field;
    }
}

/* More frames would be read than there are */
TEST(NetworkFile, IsRefusedWhereWhatReadsFramesAsTheyAreHasAFrameBesideThem)
{
    const auto padded = [](const std::string &file, std::size_t node) {
        return forged(file, [node](Json &text) {
            Json &changed = text["nodes"][node];
            changed["kernel"] = {2, 1, 1};
            changed["before"] = changed["after"] = {1, 0, 0};
        });
    };
    Graph flow;
    flow.flow("motion", flow.input());
    const std::string of_flow = network_file("a", {flow, {3, 4, 16, 16}, 2, 1});
    EXPECT_NO_THROW(parse_network(of_flow, "a"));
    EXPECT_THROW(parse_network(padded(of_flow, 0), "a"), fovea::Error);

    const std::string file = network_file("a", kept_example());
    for (const std::size_t node :
         {0, 3, 6, 7, 8}) // difference, sum, slice, concatenation, upsampling
        EXPECT_THROW(parse_network(padded(file, node), "a"), fovea::Error) << node;
}

TEST(NetworkFile, IsRefusedWhereAHeadHasNoChannelsOfItsOwn)
{
    const std::string file = head_file("a", head_example());
    const std::vector<Forgery> forgeries = {
        {"/head_channels", {3, 2, 0, -7, 7.0}},
        {"/head_motion", {7, 8, -1}},
        {"/head/0/shape", {{3}, {1}, {-2, -1}, {1 << 30, 1 << 30, 1 << 30, 1 << 30}}},
        {"/head/0/name", {nullptr}},
    };
    for (const auto &[field, values] : forgeries) {
        for (const Json &value : values) {
            const std::string bytes =
                forged(file, [&, at = field](Json &text) { text[Json::json_pointer(at)] = value; });
            EXPECT_THROW(parse_head(bytes, "a"), fovea::Error) << field << ": " << value;
        }
    }
}

TEST(NetworkFile, OfUpsamplingsWithoutEndIsRefused)
{
    KeptNetwork network = kept_example();
    network.channels = 0;
    std::size_t x = network.graph.outputs().front();
    for (int i = 0; i < 12; ++i)
        x = network.graph.upsample("more", x, 64, fovea::nn::Upsampling::Nearest);
    EXPECT_THROW(parse_network(network_file("a", network), "a"), fovea::Error);
    network = kept_example();
    network.channels = 0;
    x = network.graph.outputs().front();
    for (int i = 0; i < 64; ++i)
        x = network.graph.concat("more", {x, x});
    EXPECT_THROW(parse_network(network_file("a", network), "a"), fovea::Error);
    network = {{}, {1, 4, 16, 16}, 0, 1}; // sides and channels of which each could be
    x = network.graph.input();
    for (int i = 0; i < 2; ++i)
        x = network.graph.upsample("more", x, 64, fovea::nn::Upsampling::Nearest);
    EXPECT_NO_THROW(parse_network(network_file("a", network), "a"));
    for (int i = 0; i < 22; ++i)
        x = network.graph.concat("more", {x, x});
    EXPECT_THROW(parse_network(network_file("a", network), "a"), fovea::Error);
}

} // namespace
