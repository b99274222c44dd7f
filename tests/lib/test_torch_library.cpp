// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <dlfcn.h>
#include <gtest/gtest.h>

#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/torch_networks.h"
#include "fovea/core/errors.h"
#include "fovea/engine/engine_info.h"
#include "fovea/late/gpu_device.h"
#include "fovea/late/torch_library.h"
#include "temporary_folder.h"

namespace fs = std::filesystem;

namespace {

std::string error_of(const fs::path &file)
{
    try {
        fovea::open_torch_library({"/nowhere/libfovea-torch.so", file});
    } catch (const fovea::Error &error) {
        EXPECT_EQ(error.kind(), fovea::Error::Kind::Init);
        return error.what();
    }
    return "none";
}

void expect_parts(const std::string &text, const std::vector<const char *> &parts)
{
    for (const char *part : parts)
        EXPECT_NE(text.find(part), std::string::npos) << part << " in: " << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
}

bool is_looked_for(const fs::path &file, const fs::path &folder)
{
    const auto places = fovea::torch_library_places(folder);
    return std::find(places.begin(), places.end(), file) != places.end();
}

TEST(GpuDevice, IsLookedForByTheNamesOfItsDrivers)
{
    const TemporaryFolder folder;
    EXPECT_FALSE(fovea::may_have_gpu(folder.path()));
    std::ofstream(folder.path() / "nvme0") << "";
    EXPECT_FALSE(fovea::may_have_gpu(folder.path())) << "a disk";
    std::ofstream(folder.path() / "nvidiactl") << "";
    EXPECT_TRUE(fovea::may_have_gpu(folder.path()));
}

TEST(TorchLibrary, IsFoundWhereItWasBuilt)
{
    EXPECT_FALSE(fovea::libtorch_is_linked());
    EXPECT_NE(fovea::libtorch_cuda(), "");
}

TEST(TorchLibrary, ThrowsWhatItsCallersCatch)
{
    EXPECT_THROW(fovea::read_feature_file("/nowhere.pt"), fovea::Error);
}

TEST(TorchLibrary, IsLookedForWhereItIsBuiltAndInstalled)
{
    const std::string name = "libfovea-torch.so";
    EXPECT_TRUE(is_looked_for("/b/lib/fovea/late/" + name, "/b/gst-plugins"));
    EXPECT_TRUE(is_looked_for("/b/lib/fovea/late/" + name, "/b/pipelines/cli"));
    EXPECT_TRUE(is_looked_for("/anywhere/" + name, "/anywhere"));
    // Of a tree that was moved
    const std::string libraries = "/moved/" FOVEA_LIBDIR;
    EXPECT_TRUE(is_looked_for(libraries + "/fovea/" + name, libraries + "/gstreamer-1.0"));
    EXPECT_TRUE(is_looked_for(libraries + "/fovea/" + name, "/moved/" FOVEA_LIBEXECDIR "/fovea"));
}

TEST(TorchLibrary, OfAnotherBuildIsRefused)
{
    const std::string error = error_of(FOVEA_OTHER_BUILD);
    expect_parts(error, {FOVEA_OTHER_BUILD, "is of another build", "got 0.0.0-other)",
                         "start fovea anew", "ninja -C build runtime"});
    const std::string expected = fovea::own_torch_build();
    EXPECT_EQ(expected.rfind(FOVEA_VERSION "-", 0), 0U) << expected;
    expect_parts(error, {("(expected " + expected).c_str()});
}

TEST(TorchLibrary, ThatNamesNoBuildIsRefused)
{
    expect_parts(error_of(FOVEA_NO_BUILD), {FOVEA_NO_BUILD, "is of another build", "got none)"});
}

TEST(TorchLibrary, ThatIsMissingOrNoLibraryIsNamed)
{
    expect_parts(error_of("/elsewhere/libfovea-torch.so"),
                 {"'libfovea-torch.so' is in none of '/nowhere', '/elsewhere'",
                  "install fovea anew, or build it: ninja -C build runtime"});
    expect_parts(error_of("/proc/self/status"), {"'/proc/self/status' does not load: "});
}

TEST(TorchLibrary, RunsNetworksOnAGpu)
{
    if (!fovea::libtorch_finds_gpu())
        GTEST_SKIP() << "there is no GPU that LibTorch computes on";
    fovea::Array clip({1, 3, 17, 96, 96});
    for (std::size_t i = 0; i < clip.values.size(); ++i)
        clip.values[i] = static_cast<float>(i * 37 % 101) / 100;
    std::vector<fovea::Array> rows;
    for (const char *device : {"cpu", "cuda"}) {
        fovea::EngineOptions options;
        options.device = device;
        options.precision = "fp32";
        rows.push_back(
            fovea::load_feature_extractor(fovea::Bundle::open("watch"), options)->rows(clip));
    }
    ASSERT_EQ(rows[0].shape, rows[1].shape);
    for (std::size_t i = 0; i < rows[0].values.size(); ++i)
        EXPECT_NEAR(rows[0].values[i], rows[1].values[i], 1e-2);
}

} // namespace
