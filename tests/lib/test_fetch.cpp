// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <string>
#include <sys/mount.h>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/fetch.h"
#include "fovea/bundle/sha256.h"
#include "fovea/core/json.h"
#include "temporary_folder.h"

namespace fs = std::filesystem;

namespace fovea {

namespace {

/** \brief A detector's bundle whose weights lie elsewhere, and a cache of its own */
class Fetched : public testing::Test
{
protected:
    void SetUp() override
    {
        root_.write("depot/net.onnx", "weights");
        setenv("FOVEA_CACHE", (root_.path() / "cache").c_str(), /*overwrite=*/1);
        write_card(sha256_of(root_.path() / "depot/net.onnx"));
    }

    void TearDown() override { unsetenv("FOVEA_CACHE"); }

    void write_card(const std::string &sha256, const std::string &url = "") const
    {
        Json card = read_json(fs::path(std::getenv("FOVEA_MODEL_PATH")) / "fastestdet/card.json");
        card["name"] = "found";
        card["files"] = {{{"name", "net.onnx"}, {"sha256", sha256}}};
        if (!url.empty())
            card["files"][0]["url"] = url;
        card["network"] = "net.onnx";
        root_.write("found/card.json", card.dump());
    }

    Bundle bundle() const { return Bundle::open((root_.path() / "found").string()); }

    /** \return whether the file was there before */
    bool fetch() const
    {
        bool there = false;
        fetch_files(bundle(), {root_.path() / "depot", /*shows_progress=*/false},
                    [&](const CardFile &, bool was_there) { there = was_there; });
        return there;
    }

    TemporaryFolder root_;
};

TEST_F(Fetched, AFileIsCopiedOnceAndIsGoodThen)
{
    EXPECT_NE(verified_files(bundle()).at(0).fault, "");
    EXPECT_FALSE(fetch());
    const FoundFile found = verified_files(bundle()).at(0);
    EXPECT_EQ(found.fault, "");
    EXPECT_EQ(found.path, root_.path() / "cache/models/found/net.onnx");
    EXPECT_TRUE(fetch());
}

TEST_F(Fetched, AnotherVersionIsRefusedAndNotKept)
{
    write_card(std::string(64, '0'));
    EXPECT_NE(error_of([&] { fetch(); }).find("expected " + std::string(64, '0')),
              std::string::npos);
    EXPECT_FALSE(fs::exists(root_.path() / "cache/models/found/net.onnx"));
}

TEST_F(Fetched, AFullDiskIsToldAsThat)
{
    root_.write("depot/net.onnx", std::string(1 << 20, 'w'));
    const fs::path disk = root_.path() / "cache";
    fs::create_directories(disk);
    if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0)
        GTEST_SKIP() << "mounting a small tmpfs is not permitted here";
    const std::string told = error_of([&] { fetch(); }, Error::Kind::CannotWrite);
    umount(disk.c_str());
    EXPECT_EQ(told.find("cannot write '" + disk.string() + "/models/found/"), 0U) << told;
    EXPECT_NE(told.find("No space left on device; free some space or choose another place"),
              std::string::npos)
        << told;
}

/* They are no part of the model's own files; `fovea adapt` needs them */
TEST_F(Fetched, AnchorsAreFetchedWhereTheyCanBeHad)
{
    fs::copy(Bundle::open("watch").folder(), root_.path() / "adaptable");
    fs::rename(root_.path() / "adaptable/anchors-fall.pt", root_.path() / "depot/anchors-fall.pt");
    fs::remove(root_.path() / "adaptable/anchors-fight.pt");
    const Bundle adaptable = Bundle::open((root_.path() / "adaptable").string());
    std::vector<std::string> fetched;
    const FetchOptions options = {root_.path() / "depot", /*shows_progress=*/false};
    fetch_files(adaptable, options, [&](const CardFile &file, bool was_there) {
        if (!was_there)
            fetched.push_back(file.name);
    });
    EXPECT_EQ(fetched, std::vector<std::string>{"anchors-fall.pt"});
    for (const FoundFile &found : verified_files(adaptable))
        EXPECT_EQ(found.fault.empty(), found.file.name != "anchors-fight.pt") << found.fault;
}

TEST_F(Fetched, WithoutASha256OnlyHttpsIsTaken)
{
    write_card("", "http://127.0.0.1:9/net.onnx");
    EXPECT_NE(error_of([&] {
                  fetch_files(bundle(), {}, [](const CardFile &, bool) {});
              }).find("expected https"),
              std::string::npos);
}

} // namespace

} // namespace fovea
