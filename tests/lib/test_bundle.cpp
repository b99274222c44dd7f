// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <fstream>
#include <sys/stat.h>
#include <thread>

#include <gtest/gtest.h>

#include "bundle_test.h"
#include "fovea/bundle/open_model.h"
#include "fovea/bundle/sha256.h"

namespace {

namespace fs = std::filesystem;
using fovea::Bundle;
using fovea::Error;
using fovea_test::error_of_kind;
using fovea_test::expect_parts;
using fovea_test::WatchCopy;

TEST_F(WatchCopy, ShippedModelsOpen)
{
    const std::vector<std::string> names = Bundle::names();
    for (const char *name :
         {"fastestdet", "i3d-kinetics400", "watch", "yolo-fastest-1.1", "yolo-fastest-1.1-xl"}) {
        EXPECT_TRUE(std::find(names.begin(), names.end(), name) != names.end()) << name;
        const Bundle bundle = Bundle::open(name);
        EXPECT_EQ(bundle.name(), name);
        EXPECT_FALSE(bundle.title().empty());
        EXPECT_FALSE(bundle.measured().empty() && bundle.measurements().empty());
        EXPECT_FALSE(bundle.licence().empty());
    }
    EXPECT_EQ(Bundle::open("i3d-kinetics400").labels().size(), 400U);
    EXPECT_EQ(Bundle::open("i3d-kinetics400").labels()[6], "arm wrestling");
    EXPECT_TRUE(Bundle::open("watch").complete());
}

TEST_F(WatchCopy, AnUnknownNameSaysWhereItLookedAndWhatIsThere)
{
    const std::string error = error_of_kind(Error::Kind::NotFound, [] { Bundle::open("wotch"); });
    expect_parts(error,
                 {"model 'wotch' is not in", models_, "FOVEA_MODEL_PATH",
                  "fastestdet, i3d-kinetics400, ",
                  ", watch, watch-both, watch-flow, watch-pictures, watch-pose, yolo-fastest-1.1"});
}

TEST_F(WatchCopy, AFolderWithoutACardIsNoModel)
{
    const std::string error = error_of_kind(
        Error::Kind::NotFound, [this] { Bundle::open((root_.path() / "none").string()); });
    expect_parts(error, {"none' is not there", "card.json"});
}

TEST_F(WatchCopy, TheModelPathIsSearchedInOrder)
{
    setenv("FOVEA_MODEL_PATH", ("/nonexistent:" + root_.path().string() + ":" + models_).c_str(),
           1);
    EXPECT_EQ(Bundle::open("watch").folder(), folder_);
}

TEST_F(WatchCopy, AnotherSchemaVersionIsRefused)
{
    change_card("/schema", 7);
    expect_parts(error_of_kind(Error::Kind::Settings, [this] { open(); }),
                 {"card.json", "'schema' is 7", "expected 1"});
}

TEST_F(WatchCopy, LabelsMustBeAsManyAsClasses)
{
    root_.write("watch/labels.txt", "normal\nfight\n");
    expect_parts(error_of_kind(Error::Kind::Settings, [this] { open(); }),
                 {"labels.txt", "expected 3 lines", "got 2"});
}

TEST_F(WatchCopy, TheNormalClassMustBeALabel)
{
    change_card("/decision/normal", "calm");
    expect_parts(error_of_kind(Error::Kind::Settings, [this] { open(); }),
                 {"labels.txt", "lacks 'calm'"});
}

TEST_F(WatchCopy, LabelsMayHaveAByteOrderMarkButNothingThatIsNotSeen)
{
    root_.write("watch/labels.txt", "\xEF\xBB\xBFnormal\r\nfight\r\nfall\r\n");
    EXPECT_EQ(open().labels(), (std::vector<std::string>{"normal", "fight", "fall"}));
    const auto refuse = [&](const std::string &text, const std::string &reason) {
        root_.write("watch/labels.txt", text);
        expect_parts(error_of_kind(Error::Kind::Settings, [&] { open(); }), {"labels '", reason});
    };
    refuse("normal\ncaf\xE9\nfall\n", "line 2 is not UTF-8");
    refuse("normal\n\x1B[2Jfight\nfall\n", "line 2 holds the control character 27");
    refuse("normal\nfight\rx\nfall\n", "line 2 holds characters that are not to be seen");
    fs::remove(folder_ / "labels.txt");
    expect_parts(error_of_kind(Error::Kind::NotFound, [&] { open(); }),
                 {"labels '", "are not there: expected 3 lines", "install the model again"});
    ASSERT_EQ(mkfifo((folder_ / "labels.txt").c_str(), 0600), 0);
    expect_parts(error_of_kind(Error::Kind::Settings, [&] { open(); }), {"is a pipe"});
}

TEST_F(WatchCopy, MissingWeightsSayWhereTheyGo)
{
    fs::remove(folder_ / "watch.pt");
    EXPECT_FALSE(open().complete());
    expect_parts(error_of_extractor(Error::Kind::NotFound),
                 {"model 'watch'", "'watch.pt' is neither in", folder_.string(),
                  (root_.path() / "cache/models/watch").string(), "install the model again"});
    change_card("/files/0/url", "https://example.org/watch.pt");
    const std::string remedy = "; fetch them: fovea models fetch " + folder_.string() +
                               " [--from FOLDER]"; // its name leads to another
    expect_parts(error_of_extractor(Error::Kind::NotFound), {remedy});
    expect_parts(error_of_kind(Error::Kind::NotFound, [this] { fovea::check_weights(open()); }),
                 {"the weights of 'watch' are not there (watch.pt)", remedy});
}

TEST_F(WatchCopy, WeightsInTheCacheAreFound)
{
    fs::create_directories(root_.path() / "cache/models/watch");
    fs::rename(folder_ / "watch.pt", root_.path() / "cache/models/watch/watch.pt");
    EXPECT_TRUE(open().complete());
    EXPECT_EQ(open().file(open().files()[0]), root_.path() / "cache/models/watch/watch.pt");
}

TEST_F(WatchCopy, AWrongSha256NamesBoth)
{
    root_.write("watch/watch.pt", "abc");
    expect_parts(error_of_extractor(Error::Kind::Settings),
                 {"watch.pt' has SHA-256 ba7816bf", "expected 3c5015b1",
                  "; install or copy the model again, or train it anew"});
    change_card("/files/0/url", "https://example.org/watch.pt");
    expect_parts(error_of_extractor(Error::Kind::Settings),
                 {"; remove the file and fetch it again"});
}

TEST_F(WatchCopy, WeightsThatChangeAreCheckedAgain)
{
    const Bundle bundle = open();
    const fs::path file = bundle.file(bundle.files()[0]);
    const auto written = fs::last_write_time(file);
    std::this_thread::sleep_for(std::chrono::seconds(4)); // what is as new is read every time
    bundle.file(bundle.files()[0]);
    {
        std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(1000).put('?');
    }
    fs::last_write_time(file, written);
    expect_parts(error_of_extractor(Error::Kind::Settings), {"watch.pt' has SHA-256 "});
}

TEST_F(WatchCopy, ACardAndLabelsThatChangeAreReadAgain)
{
    std::this_thread::sleep_for(std::chrono::seconds(4)); // what is as new is read every time
    EXPECT_EQ(open().labels().front(), "normal");
    const fs::path card = folder_ / "card.json";
    const auto written = fs::last_write_time(card);
    const std::string sha256 = open().card_sha256();
    EXPECT_EQ(open().card_sha256(), sha256);
    root_.write("watch/labels.txt", "still\nfight\nfall\n");
    expect_parts(error_of_kind(Error::Kind::Settings, [this] { open(); }), {"lacks 'normal'"});
    change_card("/title", "Changed, of the same age");
    fs::last_write_time(card, written);
    EXPECT_NE(fovea::sha256_of(card), sha256);
    root_.write("watch/labels.txt", "normal\nbrawl\nfall\n");
    EXPECT_EQ(open().labels()[1], "brawl");
    EXPECT_EQ(open().card_sha256(), fovea::sha256_of(card));
}

TEST_F(WatchCopy, ASecondModelIsFoundBesideAndChecked)
{
    EXPECT_FALSE(open().attended());
    fs::copy(fs::path(models_) / "watch", root_.path() / "second");
    const std::string sha256 = open().files().front().sha256;
    change_card("/attended", {{"model", "second"}, {"sha256", sha256}});
    EXPECT_EQ(open().attended()->folder(), root_.path() / "second");
    EXPECT_TRUE(open().complete());
    EXPECT_THROW(fovea::load_head(open()), Error) << "a head of one network's 128 features";

    change_card("/attended/sha256", std::string(64, '0'));
    expect_parts(error_of_kind(Error::Kind::Settings, [this] { open().attended(); }),
                 {"attends to 'second'", sha256, "expected " + std::string(64, '0')});
    root_.write("pair/card.json", R"({"schema": 1, "kind": "combination", "name": "pair",
        "title": "two", "licence": "MIT", "models": ["watch", "second"]})");
    change_card("/attended", {{"model", "pair"}, {"sha256", ""}});
    expect_parts(error_of_kind(Error::Kind::Settings, [this] { open().attended(); }),
                 {"'pair'", "expected one network"});
    change_card("/attended", {{"model", "watch"}, {"sha256", ""}});
    expect_parts(error_of_kind(Error::Kind::Settings, [this] { open().attended(); }),
                 {"attends to another model itself"});
    change_card("/attended", {{"model", "gone"}, {"sha256", ""}});
    EXPECT_FALSE(open().complete());
}

} // namespace
