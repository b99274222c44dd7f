// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <gtest/gtest.h>

#include "fovea/bundle/network_cache.h"
#include "graph_backbone.h"
#include "temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using fovea::find_kept;
using fovea::keep;
using fovea::KeptNetwork;
using fovea::nn::Graph;

class NetworkCache : public testing::Test
{
protected:
    void SetUp() override
    {
        const char *before = std::getenv("FOVEA_CACHE");
        before_ = before == nullptr ? "" : before;
        setenv("FOVEA_CACHE", folder_.path().c_str(), /*overwrite=*/1);
    }

    void TearDown() override
    {
        if (before_.empty())
            unsetenv("FOVEA_CACHE");
        else
            setenv("FOVEA_CACHE", before_.c_str(), /*overwrite=*/1);
    }

    std::vector<fs::path> files() const
    {
        std::vector<fs::path> all;
        std::error_code error;
        for (const auto &entry : fs::directory_iterator(folder_.path() / "networks", error))
            all.push_back(entry.path());
        return all;
    }

    static std::string bytes_of(const fs::path &file)
    {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    static void write(const fs::path &file, const std::string &bytes)
    {
        fs::remove(file); // a reader may have mapped it
        std::ofstream(file, std::ios::binary) << bytes;
    }

    TemporaryFolder folder_;
    std::string before_;
};

/** \brief Every kind of node and of setting */
Graph everything()
{
    Graph graph;
    const fovea::nn::KernelWindow same = {{1, 3, 3}, {1, 2, 2}, /*same=*/true, {}};
    const fovea::nn::KernelWindow fixed = {{1, 2, 2}, {1, 1, 1}, false, {{0, 1, 0}, {0, 0, 1}}};
    auto first = convolution("first", 3, 8, same, /*relu=*/true);
    first.activation = fovea::nn::relu6;
    auto grouped = convolution("grouped", 8, 8, {{1, 1, 1}, {1, 1, 1}, true, {}}, false, 8);
    grouped.activation = fovea::nn::leaky_relu(0.1F);
    auto x = graph.difference("motion", graph.input(), 6.25);
    x = graph.convolution("first", x, first);
    const auto skip = x;
    x = graph.add("sum", graph.convolution("grouped", x, grouped), skip, /*relu=*/true);
    x = graph.max_pool("most", x, fixed);
    x = graph.average_pool("mean", x, fixed);
    x = graph.concat("both", {x, graph.slice("some", x, 2, 5)});
    x = graph.upsample("near", x, 2, fovea::nn::Upsampling::Nearest);
    graph.add_output(x);
    graph.add_output(graph.upsample("smooth", x, 3, fovea::nn::Upsampling::Bilinear));
    return graph;
}

KeptNetwork example()
{
    KeptNetwork network = {everything(), 13, 1234.5, {}};
    network.head.channels = 7;
    network.head.motion = 3;
    fovea::Array bias({2});
    bias.values = {1.5F, -2};
    network.head.tensors.emplace("fc.bias", fovea::SharedArray(bias));
    return network;
}

TEST_F(NetworkCache, GivesBackWhatWasKept)
{
    const at::NoGradGuard no_grad;
    EXPECT_FALSE(find_kept("a"));
    keep("a", example());
    ASSERT_EQ(files().size(), 1U);
    EXPECT_FALSE(find_kept("b"));
    const auto kept = find_kept("a");
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->channels, 13);
    EXPECT_EQ(kept->flops_per_pixel, 1234.5);
    EXPECT_EQ(kept->head.channels, 7);
    EXPECT_EQ(kept->head.motion, 3);
    EXPECT_EQ(kept->head.tensors.at("fc.bias").data()[1], -2);
    EXPECT_EQ(kept->head.tensors.at("fc.bias").shape(), std::vector<std::int64_t>{2});
    const Graph graph = everything();
    for (std::size_t i = 0; i < graph.nodes().size(); ++i)
        EXPECT_EQ(kept->graph.nodes()[i].name, graph.nodes()[i].name);
    const at::Tensor clip = 3 * named_numbers::input("input/kept", {2, 3, 4, 16, 12});
    const auto expected = graph.run_outputs(clip);
    const auto got = kept->graph.run_outputs(clip);
    ASSERT_EQ(got.size(), 2U);
    for (std::size_t i = 0; i < got.size(); ++i)
        EXPECT_TRUE(got[i].equal(expected[i])) << "to the bit: output " << i;
}

TEST_F(NetworkCache, TakesNothingFromAFileThatIsDamaged)
{
    keep("a", example());
    const fs::path file = files().front();
    const std::string whole = bytes_of(file);
    for (std::size_t length = 0; length < whole.size(); length += 1 + length / 8) {
        write(file, whole.substr(0, length));
        EXPECT_FALSE(find_kept("a")) << length << " of " << whole.size() << " bytes";
    }
    for (std::size_t at = 0; at < whole.size(); at += 1 + at / 16) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 4);
        write(file, damaged);
        EXPECT_FALSE(find_kept("a")) << "byte " << at;
    }
    write(file, whole + "x");
    EXPECT_FALSE(find_kept("a"));
    keep("a", example()); // made anew
    EXPECT_TRUE(find_kept("a"));
    keep("b", example());
    const auto all = files();
    fs::copy_file(file, all[0] == file ? all[1] : all[0], fs::copy_options::overwrite_existing);
    EXPECT_FALSE(find_kept("b")) << "the file is of another key";
}

TEST_F(NetworkCache, KeepsNeitherLibTorchLayersNorWhatIsLarge)
{
    KeptNetwork network = example();
    network.graph.torch_layer("torch", 1, [](const at::Tensor &x) { return x; });
    keep("torch", network);
    network = {};
    network.head.tensors.emplace("large", fovea::SharedArray(fovea::Array({17, 1 << 20})));
    keep("large", network);
    EXPECT_TRUE(files().empty());
}

TEST_F(NetworkCache, DoesWithoutAFolder)
{
    setenv("FOVEA_CACHE", "/dev/null/nowhere", /*overwrite=*/1);
    keep("a", example());
    EXPECT_FALSE(find_kept("a"));
}

TEST_F(NetworkCache, LetsTheOldestGo)
{
    for (int i = 0; i < 40; ++i)
        keep(std::to_string(i), KeptNetwork());
    EXPECT_EQ(files().size(), 32U);
    EXPECT_TRUE(find_kept("39"));
}

TEST_F(NetworkCache, IsWrittenByManyAtATime)
{
    std::vector<std::thread> writers;
    writers.reserve(4);
    for (int i = 0; i < 4; ++i)
        writers.emplace_back([] {
            for (int k = 0; k < 10; ++k) {
                keep("a", example());
                const auto kept = find_kept("a");
                EXPECT_TRUE(kept && kept->channels == 13);
            }
        });
    for (std::thread &writer : writers)
        writer.join();
    EXPECT_EQ(files().size(), 1U);
}

} // namespace
