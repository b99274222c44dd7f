// SPDX-License-Identifier: MIT
#include "broken_model.h"
#include "fovea/core/json.h"

namespace fs = std::filesystem;
using fovea::Json;
using fovea_test::BrokenModel;
using fovea_test::CommandRun;
using fovea_test::cut;
using fovea_test::lines;
using fovea_test::read_text;
using fovea_test::run_fovea;
using fovea_test::sha256_of;
using fovea_test::write_text;

TEST_F(BrokenModel, OneBadCardDoesNotStopTheList)
{
    fs::create_directories(at("models/a-deep"));
    write_text(at("models/a-deep/card.json"),
               "{\"title\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}");
    const CommandRun run = run_fovea({"models", "list"}, environment());
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.out.find("is nested deeper than 64 at title[0]"), std::string::npos) << run.out;
    EXPECT_NE(run.out.find("\nwatch "), std::string::npos) << run.out;
    for (const CommandRun &other :
         {run_fovea({"models", "verify", "a-deep"}, environment()),
          label({"--model", "a-deep", at("ball.mp4").string()}, environment())}) {
        EXPECT_EQ(other.exit_code, 1);
        EXPECT_NE((other.out + other.err).find("is nested deeper than 64"), std::string::npos)
            << other.out << other.err;
    }
}

TEST_F(BrokenModel, WhatACardSaysReachesTheTerminalWithoutEscapeCodes)
{
    Json loud = fovea::read_json(card());
    loud["title"] = "\x1B]0;owned\x07 title";
    loud["measured"] = "\x1B[31mred";
    write_text(card(), loud.dump());
    fs::copy(at("models/watch"), at("models/tw\x1B[2Jo"), fs::copy_options::recursive);
    for (const char *word : {"list", "verify"}) {
        const CommandRun run = run_fovea({"models", word}, environment());
        EXPECT_EQ(run.out.find('\x1B'), std::string::npos) << word << run.out;
        EXPECT_EQ(run.out.find('\x07'), std::string::npos) << word << run.out;
        EXPECT_EQ(run.err.find('\x1B'), std::string::npos) << word << run.err;
    }
    EXPECT_NE(run_fovea({"models", "list"}, environment()).out.find("title"), std::string::npos);
}

TEST_F(BrokenModel, WholeCopyWorks)
{
    const CommandRun run = label({"--model", "watch", at("ball.mp4").string()}, environment());
    EXPECT_EQ(run.exit_code, 0) << run.err;
}

TEST_F(BrokenModel, MissingWeightsAreNamedWithTheRemedy)
{
    fs::remove(weights());
    refuses("watch.pt", "install the model again"); // its card names no address
}

TEST_F(BrokenModel, WrongSha256IsToldWithWhatWasExpectedAndGot)
{
    const std::string expected = sha256_of(weights());
    write_text(weights(), read_text(weights()) + "x");
    refuses("watch.pt", expected);
    refuses("watch.pt", sha256_of(weights()));
}

TEST_F(BrokenModel, TruncatedWeightsWithAFittingSha256DoNotLoad)
{
    const std::string before = sha256_of(weights());
    const fs::path half = cut(weights(), 0.5, at("half"));
    fs::rename(half, weights());
    replace_in_card(before, sha256_of(weights()));
    refuses("watch.pt", "");
}

TEST_F(BrokenModel, CardOfAnotherSchemaVersionIsRefused)
{
    replace_in_card("\"schema\": 1", "\"schema\": 99");
    refuses("card.json", "99");
}

TEST_F(BrokenModel, CardWithAMisspeltEntryIsRefused)
{
    replace_in_card("\"architecture\"", "\"architektur\"");
    refuses("card.json", "archite");
}

TEST_F(BrokenModel, UnknownModelIsToldWithThoseThatAreThere)
{
    const CommandRun run = label({at("ball.mp4").string(), "--model", "wotch"}, environment());
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(lines(run.err), 1) << run.err;
    EXPECT_NE(run.err.find("wotch"), std::string::npos) << run.err;
    EXPECT_NE(run.err.find("watch"), std::string::npos) << run.err;
}

TEST_F(BrokenModel, WhereNoModelIsNothingIsGood)
{
    for (const char *word : {"list", "verify"}) {
        const CommandRun run =
            run_fovea({"models", word}, {{"FOVEA_MODEL_PATH", at("nowhere").string()}});
        if (lines(run.out) > 1)
            GTEST_SKIP() << "models are installed";
        EXPECT_EQ(run.exit_code, 1) << word;
        EXPECT_NE(run.err.find("is not in " + at("nowhere").string() + ":"), std::string::npos)
            << run.err;
    }
}

TEST_F(BrokenModel, VerifyTellsGoodFromDamagedFiles)
{
    EXPECT_EQ(run_fovea({"models", "verify", "watch"}, environment()).exit_code, 0);
    write_text(weights(), "damaged");
    const CommandRun run = run_fovea({"models", "verify", "watch"}, environment());
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.out.find("watch.pt"), std::string::npos) << run.out;
}

TEST_F(BrokenModel, AFileWithoutASha256IsNotCheckedAndNotGood)
{
    const auto verify = [this] {
        return run_fovea({"models", "verify", "watch"}, environment()).out;
    };
    EXPECT_NE(verify().find("watch.pt: good"), std::string::npos);
    const fs::path card = weights().parent_path() / "card.json";
    Json unknown = fovea::read_json(card);
    unknown["files"][0]["sha256"] = "";
    write_text(card, unknown.dump());
    EXPECT_EQ(verify().find("watch.pt: good"), std::string::npos);
    EXPECT_NE(verify().find("not checked"), std::string::npos);
}

TEST_F(BrokenModel, VerifySaysWhetherWhatIsKeptOfItsFilesIsWhole)
{
    const auto verify = [this] { return run_fovea({"models", "verify", "watch"}, environment()); };
    EXPECT_EQ(verify().out.find("kept"), std::string::npos) << verify().out;
    replace_in_card("\"title\": \"", "\"title\": \"Own: "); // not the model that may be installed
    ASSERT_EQ(label({"--model", "watch", at("ball.mp4").string()}, environment()).exit_code, 0);
    std::vector<fs::path> files;
    for (const auto &entry : fs::directory_iterator(at("cache") / "networks"))
        files.push_back(entry.path());
    ASSERT_EQ(files.size(), 2U) << "the network, and its head";
    const CommandRun good = verify();
    EXPECT_EQ(good.exit_code, 0);
    for (const fs::path &file : files)
        EXPECT_NE(good.out.find("watch: " + file.string() + ": good, kept from these files\n"),
                  std::string::npos)
            << good.out;

    write_text(files[0], read_text(files[0]).substr(0, 100));
    fs::permissions(files[1], fs::perms::group_write, fs::perm_options::add);
    const CommandRun bad = verify();
    EXPECT_EQ(bad.exit_code, 1);
    const std::string remedy = "; remove the file, it is made anew\n";
    EXPECT_NE(bad.out.find("watch: '" + files[0].string() +
                           "' is a kept network that is of another model, or damaged" + remedy),
              std::string::npos)
        << bad.out;
    EXPECT_NE(bad.out.find("watch: '" + files[1].string() +
                           "' is a kept network that others than this user or root own or may "
                           "write to" +
                           remedy),
              std::string::npos)
        << bad.out;
    for (const fs::path &file : files)
        fs::remove(file);
    EXPECT_EQ(verify().exit_code, 0);
}
