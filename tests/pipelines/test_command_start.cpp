// SPDX-License-Identifier: MIT
#include <future>
#include <regex>

#include "command_test.h"

namespace fs = std::filesystem;
using fovea_test::ball;
using fovea_test::CommandRun;
using fovea_test::read_text;
using fovea_test::run_fovea;
using fovea_test::write_text;

namespace {

/** \brief `fovea label` with a cache of the test's own */
class StartOfLabel : public fovea_test::CommandTest
{
protected:
    void SetUp() override
    {
        CommandTest::SetUp();
        video_ = ball(at("ball.mp4"), 90);
        for (const char *model :
             {"watch", "watch-pose"}) { // which are not those that may be installed
            const fs::path own = at(std::string("own-") + model);
            fs::copy(fs::path(std::getenv("FOVEA_MODEL_PATH")) / model, own);
            std::string card = read_text(own / "card.json");
            card.replace(card.find("\"title\": \""), 10, "\"title\": \"Own: ");
            write_text(own / "card.json", card);
        }
    }

    CommandRun label_into(const std::string &out, const std::string &model = "watch",
                          std::map<std::string, std::string> environment = {}) const
    {
        environment.emplace("FOVEA_CACHE", at("cache").string());
        return label({"--force", "--model", at("own-" + model).string(), "--out", at(out).string(),
                      video_.string()},
                     environment);
    }

    /** \brief What the loader loaded, of a run */
    std::string libraries_of(const std::string &model, std::map<std::string, std::string> more = {})
    {
        more.insert({{"LD_DEBUG", "files"}, {"LD_DEBUG_OUTPUT", at("loaded").string()}});
        const CommandRun run = label_into("traced", model, more);
        EXPECT_EQ(run.exit_code, 0) << run.err;
        std::string loaded;
        for (const auto &entry : fs::directory_iterator(at("")))
            if (entry.path().filename().string().rfind("loaded.", 0) == 0) {
                loaded += read_text(entry.path());
                fs::remove(entry.path());
            }
        EXPECT_NE(loaded.find("libgstreamer-1.0"), std::string::npos) << "the loader says nothing";
        return loaded;
    }

    static bool has_libtorch(const std::string &libraries)
    {
        return libraries.find("libtorch_cpu") != std::string::npos;
    }

    /** \brief Results but for the names that each run gives itself */
    std::string results_of(const std::string &out) const
    {
        const std::string text = read_text(at(out) / "ball.mp4.fovea" / "results.jsonl");
        return std::regex_replace(text, std::regex("\"(run|id)\":\"[^\"]*\""), "");
    }

    std::vector<fs::path> kept() const
    {
        std::vector<fs::path> files;
        std::error_code error;
        for (const auto &entry : fs::directory_iterator(at("cache") / "networks", error))
            files.push_back(entry.path());
        return files;
    }

    fs::path video_;
};

TEST_F(StartOfLabel, AFileLargerThanTheShellAllowsIsToldAsAFullDiskIs)
{
    const fs::path out = at("results");
    const CommandRun run = fovea_test::run_program(
        {"bash", "-c", "ulimit -f 1; exec \"$0\" \"$@\"", std::getenv("FOVEA_COMMAND"), "label",
         "--model", at("own-watch").string(), "--out", out.string(), video_.string()},
        {{"FOVEA_CACHE", at("cache").string()}});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("cannot write '" + out.string()), std::string::npos) << run.err;
    EXPECT_NE(run.err.find("File too large; allow larger files (ulimit -f)"), std::string::npos)
        << run.err;
}

/* Of threads with stacks of 1 GiB few find a place. GStreamer waited for ever for its own, or crashed */
TEST_F(StartOfLabel, WhereThreadsAreShortThatIsSaid)
{
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the sanitizer takes its own memory";
#endif
    const CommandRun run = fovea_test::run_program(
        {"bash", "-c", "ulimit -s 1048576; ulimit -v 8388608; exec \"$0\" \"$@\"",
         std::getenv("FOVEA_COMMAND"), "label", "--detector", "hog", "--model",
         at("own-watch").string(), "--out", at("results").string(), video_.string()},
        {{"FOVEA_CACHE", at("cache").string()}, {"OPENBLAS_NUM_THREADS", "1"}});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_TRUE(std::regex_search(
        run.err, std::regex("ball.mp4' needs [0-9]+ more threads, of which [0-9] can be started; "
                            "allow more processes or memory")))
        << run.err;
}

TEST_F(StartOfLabel, NeedsNoLibTorchWhenTheNetworkWasKept)
{
    for (const char *model : {"watch", "watch-pose"}) {
        SCOPED_TRACE(model);
        EXPECT_TRUE(has_libtorch(libraries_of(model))) << "the first has to make the network";
        EXPECT_FALSE(has_libtorch(libraries_of(model)));
        fs::remove_all(at("cache"));
        ASSERT_EQ(label_into("first", model).exit_code, 0);
        ASSERT_EQ(label_into("second", model).exit_code, 0);
        EXPECT_NE(results_of("first").find("normal"), std::string::npos);
        EXPECT_EQ(results_of("first"), results_of("second"));
    }
}

TEST_F(StartOfLabel, MakesTheNetworkAnewWhereWhatWasKeptIsDamaged)
{
    ASSERT_EQ(label_into("first").exit_code, 0);
    const auto files = kept();
    ASSERT_FALSE(files.empty());
    for (const fs::path &file : files)
        write_text(file, read_text(file).substr(0, 1000));
    const CommandRun run = label_into("second");
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(run.err, "");
    EXPECT_EQ(results_of("first"), results_of("second"));
    for (const fs::path &file : files)
        EXPECT_GT(fs::file_size(file), 1000U);
    EXPECT_FALSE(has_libtorch(libraries_of("watch")));
}

TEST_F(StartOfLabel, IsSlowAndRightWhereNothingCanBeKept)
{
    ASSERT_EQ(label_into("first").exit_code, 0);
    const CommandRun run = label_into("second", "watch", {{"FOVEA_CACHE", "/dev/null/nowhere"}});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(run.err, "");
    EXPECT_EQ(results_of("first"), results_of("second"));
}

TEST_F(StartOfLabel, LoadsEachNetworkOnceAndNoneForWhatWasLabelledBefore)
{
    const auto loads = [](const CommandRun &run) {
        EXPECT_EQ(run.exit_code, 0) << run.err;
        const auto times = [&](const std::string &text) {
            int count = 0;
            for (auto at = run.err.find(text); at != std::string::npos;
                 at = run.err.find(text, at + 1))
                ++count;
            return count;
        };
        return std::pair(times("detector hog: "), times("model watch on "));
    };
    const fs::path video = ball(at("long.mp4"), 180); // more than two clips
    const auto run = [&](const std::string &out, std::vector<std::string> words) {
        words.insert(words.end(), {"--model", at("own-watch").string(), "--out", at(out).string(),
                                   video.string()});
        return label(words, {{"FOVEA_CACHE", at("cache").string()},
                             {"GST_DEBUG", "foveadetect:4,foveafeatures:4"}});
    };
    EXPECT_EQ(loads(run("out", {})), std::pair(1, 1));
    EXPECT_EQ(loads(run("out", {})), std::pair(0, 0));
    EXPECT_EQ(loads(run("out", {"--force", "--print-pipeline"})), std::pair(0, 0));
    const auto first = loads(run("shards", {"--shard", "0/2"}));
    const auto second = loads(run("shards", {"--shard", "1/2"}));
    EXPECT_EQ(first.first + second.first, 1) << "whose share it is";
    EXPECT_EQ(first.second + second.second, 1);
}

TEST_F(StartOfLabel, ADetectorThatDoesNotLoadIsAnErrorOfEachVideo)
{
    const fs::path broken = at("broken");
    fs::create_directories(broken);
    write_text(broken / "net.cfg", "[net]\nwidth=32\nheight=32\nchannels=3\n");
    write_text(broken / "net.weights", "none");
    write_text(broken / "card.json", R"({"schema": 1, "kind": "detector", "name": "broken",
        "title": "broken", "licence": "MIT", "layout": "darknet-yolo", "network": "net.cfg", "weights": "net.weights",
        "input": {"width": 32, "height": 32, "bgr": false}, "person_class": 0, "nms_threshold": 0.45,
        "files": [{"name": "net.cfg", "sha256": "", "url": ""}, {"name": "net.weights", "sha256": "", "url": ""}]})");
    const fs::path other = ball(at("other.mp4"), 90);
    const CommandRun run = run_fovea({"label", "--detector", broken.string(), "--out",
                                      at("out").string(), video_.string(), other.string()});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(fovea_test::lines(run.err), 2) << run.err;
    EXPECT_NE(run.err.find("ball.mp4"), std::string::npos) << run.err;
    EXPECT_NE(run.err.find("other.mp4"), std::string::npos) << run.err;
    EXPECT_NE(run.err.find("net."), std::string::npos) << run.err;
}

TEST_F(StartOfLabel, OfTwoAtATimeLeavesOneCache)
{
    auto other = std::async(std::launch::async, [this] { return label_into("other"); });
    EXPECT_EQ(label_into("one").exit_code, 0);
    EXPECT_EQ(other.get().exit_code, 0);
    EXPECT_EQ(results_of("one"), results_of("other"));
    EXPECT_EQ(kept().size(), 2U) << "the network, and its head";
    EXPECT_FALSE(has_libtorch(libraries_of("watch")));
}

TEST_F(StartOfLabel, NeedsNoLibTorchForTheModelsWhoseNetworksAreInstalled)
{
    const fs::path built =
        fs::path(std::getenv("FOVEA_COMMAND")).parent_path() / "../../lib/fovea/late/networks";
    if (!fs::exists(built))
        GTEST_SKIP() << "a build for another computer, or of another LibTorch, installs none";
    for (const char *model : {"watch", "watch-pose"}) {
        SCOPED_TRACE(model);
        fs::remove_all(at("cache"));
        fs::create_directories(at("cache"));
        fs::copy(built, at("cache") / "networks");
        const std::size_t there = kept().size();
        fs::remove_all(at(std::string("own-") + model));
        fs::copy(fs::path(std::getenv("FOVEA_MODEL_PATH")) / model,
                 at(std::string("own-") + model));
        EXPECT_FALSE(has_libtorch(libraries_of(model)));
        EXPECT_EQ(kept().size(), there) << "nothing was lacking";
    }
}

/* One that is installed is of another version, and its place says nothing to who builds */
TEST_F(StartOfLabel, AProgramThatIsNotBuiltIsToldWithHowToBuildIt)
{
    const fs::path build = at("a build");
    fs::create_directories(build / "pipelines/cli");
    fs::copy(std::getenv("FOVEA_COMMAND"), build / "pipelines/cli/fovea");
    write_text(build / "build.ninja", "");
    const auto told = [&](const std::string &word) {
        const CommandRun run =
            fovea_test::run_program({(build / "pipelines/cli/fovea").string(), word, "x"});
        EXPECT_EQ(run.exit_code, 1);
        return run.err;
    };
    const std::string not_built =
        "' does not start: No such file or directory; it is not built: ninja -C '" +
        build.string() + "'";
    EXPECT_EQ(told("label"),
              "fovea: '" + (build / "pipelines/cli/fovea-label").string() + not_built + "\n");
    EXPECT_EQ(told("report"), "fovea: '" + (build / "pipelines/service/fovea-watch").string() +
                                  not_built +
                                  "; where it has no such target, install libsoup-3.0-dev and "
                                  "libtomlplusplus-dev and configure anew\n");
}

} // namespace

/** The programs that the launcher of a build has beside it are not in an installed tree */
TEST_F(StartOfLabel, IsByTheProgramOfItsOwnTreeWhereThatWasMoved)
{
    const fs::path launcher = at("moved") / std::getenv("FOVEA_BINDIR") / "fovea";
    const fs::path program = at("moved") / std::getenv("FOVEA_LIBEXECDIR") / "fovea/fovea-label";
    fs::create_directories(launcher.parent_path());
    fs::copy(std::getenv("FOVEA_COMMAND"), launcher);
    const CommandRun without = fovea_test::run_program({launcher, "label"});
    EXPECT_EQ(without.out, "") << "no program of this tree";
    fs::create_directories(program.parent_path());
    write_text(program, "#!/bin/sh\necho moved \"$@\"\n");
    fs::permissions(program, fs::perms::owner_all);
    EXPECT_EQ(fovea_test::run_program({launcher, "label", "a.mp4"}).out, "moved label a.mp4\n");
}
