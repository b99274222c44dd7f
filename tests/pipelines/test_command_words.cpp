// SPDX-License-Identifier: MIT
#include "command_test.h"

using fovea_test::CommandRun;
using fovea_test::run_fovea;

namespace {

/* Exit code 2, nothing on stdout and one line that names what is wrong and where help is */
void expect_refused(const std::vector<std::string> &words, const std::string &why,
                    const std::string &help)
{
    const CommandRun run = run_fovea(words);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_EQ(run.err, "fovea: " + why + " (see fovea" + help + " --help)\n");
}

TEST(CommandWords, WhatIsNoCommandIsNamed)
{
    expect_refused({"lable"}, "there is no command 'lable'", "");
    expect_refused({""}, "there is no command ''", "");
    expect_refused({"models", "lsit"}, "there is no command 'models lsit'", " models");
    expect_refused({"train", "heads", "--epochs", "1"}, "there is no command 'train heads'",
                   " train");
}

TEST(CommandWords, WhatIsNoOptionIsNamedBeforeACommandToo)
{
    expect_refused({"--verbose"}, "The following argument was not expected: --verbose", "");
    expect_refused({"--verbose", "doctor"}, "The following argument was not expected: --verbose",
                   "");
    expect_refused({"models", "--all"}, "The following argument was not expected: --all",
                   " models");
    EXPECT_EQ(run_fovea({"models", "-h"}).exit_code, 0);
    EXPECT_EQ(run_fovea({"--version", "doctor"}).exit_code, 0);
}

TEST(CommandWords, HelpIsThatOfTheInnermostCommand)
{
    expect_refused({"models", "fetch"}, "NAME is required", " models fetch");
    expect_refused({"models", "list", "x"}, "The following argument was not expected: x",
                   " models list");
    expect_refused({"train", "head"}, "--features is required", " train head");
}

TEST(CommandWords, ExtractTakesWhatIsOfAListWithAListAlone)
{
    for (const std::vector<std::string> &option : std::vector<std::vector<std::string>>{
             {"--root", "/"}, {"--many-labels"}, {"--stretches"}, {"--split", "test"}}) {
        std::vector<std::string> words = {"extract", "a.mp4", "--out", "o"};
        words.insert(words.end(), option.begin(), option.end());
        expect_refused(words, option.front() + " requires --list", " extract");
    }
    expect_refused({"extract", "--list", "a.csv", "--out", "o", "--label", "fight"},
                   "--list excludes --label", " extract");
}

/* Rows are of no window yet */
TEST(CommandWords, ExtractPoolsNothing)
{
    expect_refused({"extract", "a.mp4", "--out", "o", "--pool=max"},
                   "The following argument was not expected: --pool=max", " extract");
}

/* As of a script whose variable is not set: beside the videos, or where it is usual, is not where they were to be */
TEST(CommandWords, AFolderWithoutANameIsRefused)
{
    for (const std::vector<std::string> &words :
         {std::vector<std::string>{"label", "a.mp4"},
          {"eval", "--list", "a.csv"},
          {"adapt", "--from", "none.db", "--camera", "c"}}) {
        std::vector<std::string> line = words;
        line.insert(line.end(), {"--out", ""});
        expect_refused(line, "--out: expected a folder, got ''", " " + words.front());
    }
    expect_refused({"label", "a.mp4", "--claims", ""}, "--claims: expected a folder, got ''",
                   " label");
}

TEST(CommandWords, BenchTakesTheOptionsOfWhatItMeasures)
{
    expect_refused({"bench", "i3d", "--precision", "bf16"},
                   "--precision: expected with pipeline or detect, got i3d; leave it out",
                   " bench");
    expect_refused({"bench", "i3d", "--architecture", "watch"},
                   "--architecture: expected with network, got i3d; leave it out", " bench");
    expect_refused({"bench", "stream", "--device", "cuda"},
                   "--device: expected with i3d or network or train, got stream; leave it out",
                   " bench");
}

/* Ignored at first, the signal is sent once it is neither that nor caught, of which /proc tells by bit 2 */
TEST(CommandWords, BenchEndsAtTheFirstSignal)
{
    const CommandRun run = fovea_test::run_program(
        {"sh", "-c",
         "trap '' INT; \"$FOVEA_COMMAND\" bench network --no-libtorch --size 512 --rounds 1000 & "
         "run=$!; (sleep 120; kill -KILL $run) >/dev/null 2>&1 & guard=$!; "
         "until [ \"$(grep -c '^Sig[IC]g[nt]:.*[014589cd]$' /proc/$run/status)\" = 2 ] || "
         "grep -q '^State:.Z' /proc/$run/status; do sleep 0.1; done; "
         "kill -INT $run; wait $run; ended=$?; kill $guard; exit $ended"});
    EXPECT_EQ(run.exit_code, 130) << run.out << run.err;
}

TEST(CommandWords, EvalTakesAProtocolOfSegmentsAlone)
{
    expect_refused({"eval", "--list", "a.csv", "--protocol", "thumos14"},
                   "--protocol requires --segments", " eval");
    const CommandRun run =
        run_fovea({"eval", "--list", "a.csv", "--alarms", "--alarms-per-hour", "-1"});
    EXPECT_EQ(run.exit_code, 2);
    // CLI11 2.4 writes the range as [0 - 10000]
    EXPECT_EQ(run.err.find("fovea: --alarms-per-hour: Value -1 not in range "), 0) << run.err;
    EXPECT_NE(run.err.find("10000"), std::string::npos) << run.err;
}

TEST(CommandWords, ASeedIsAWholeNumberThatFits)
{
    const auto why = [](const std::string &seed) {
        return "--seed: expected a whole number from 0 to 18446744073709551615, got '" + seed + "'";
    };
    for (const std::string seed : {"-1", "18446744073709551616", "1.5"})
        expect_refused({"train", "head", "--features", "f", "--out", "o", "--seed", seed},
                       why(seed), " train head");
    expect_refused({"adapt", "--from", "none.db", "--camera", "c", "--seed", "-1"}, why("-1"),
                   " adapt");
}

/* As bytes one below 0 would be no limit */
TEST(CommandWords, ALimitOfTheCacheIsZeroOrMore)
{
    const CommandRun run =
        run_fovea({"train", "backbone", "--list", "a.csv", "--out", "o", "--cache-limit", "-1"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.err.find("fovea: --cache-limit: Value -1 not in range "), 0) << run.err;
}

TEST(CommandWords, ADatabaseThatIsNotThereIsSaidNotToBe)
{
    const CommandRun run = run_fovea({"adapt", "--from", "none.db", "--camera", "c"});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(run.err,
              "fovea: event store 'none.db' does not exist; expected events.db in a folder "
              "of fovea watch\n");
}

/* As a figure that goes into a file on a full disk; a closed stdout is wanted so. */
TEST(CommandWords, WhatCannotBeWrittenToStdoutFails)
{
    const auto to = [](const std::string &where, const std::vector<std::string> &words) {
        std::vector<std::string> line = {"bash", "-c", "\"$0\" \"$@\" " + where,
                                         std::getenv("FOVEA_COMMAND")};
        line.insert(line.end(), words.begin(), words.end());
        return fovea_test::run_program(line);
    };
    for (const std::vector<std::string> &words :
         {std::vector<std::string>{"models", "list"}, {"label", "--help"}, {"--version"}}) {
        const CommandRun full = to(">/dev/full", words);
        EXPECT_EQ(full.exit_code, 1) << words.front();
        EXPECT_EQ(full.err.find("fovea: cannot write to standard output: "), 0U) << full.err;
        const CommandRun closed = to(">&-", words);
        EXPECT_EQ(closed.exit_code, 0) << words.front();
        EXPECT_EQ(closed.err, "");
    }
}

TEST(CommandWords, OptionsAreToldWithWhatTheyTake)
{
    EXPECT_EQ(run_fovea({"models", "fetch", "--help"}).out.find("TEXT"), std::string::npos);
    EXPECT_EQ(run_fovea({"models", "verify", "--help"}).out.find("TEXT"), std::string::npos);
    EXPECT_NE(run_fovea({"train", "keypoints", "--help"}).out.find("default: that of watch"),
              std::string::npos);
}

} // namespace
