// SPDX-License-Identifier: MIT
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "fovea/core/errors.h"
#include "fovea/store/results/provenance.h"
#include "fovea/store/staging_folder.h"

namespace fs = std::filesystem;
using fovea::Provenance;
using fovea::StagingFolder;
using namespace std::chrono_literals; // NOLINT(google-build-using-namespace)

namespace {

class Outputs : public testing::Test
{
protected:
    void SetUp() override
    {
        fs::remove_all(root_);
        fs::create_directories(root_);
    }

    void TearDown() override { fs::remove_all(root_); }

    fs::path root_ =
        fs::temp_directory_path() /
        ("fovea-outputs-" + std::to_string(testing::UnitTest::GetInstance()->random_seed()) + "-" +
         testing::UnitTest::GetInstance()->current_test_info()->name());
};

void write(const fs::path &file, const std::string &text)
{
    std::ofstream(file) << text;
}

} // namespace

TEST_F(Outputs, KeptFileGetsItsNameTheRestGoes)
{
    {
        StagingFolder folder(root_ / "a" / "b");
        write(folder.temporary("kept"), "whole");
        write(folder.temporary("lost"), "half");
        folder.keep("kept");
    }
    EXPECT_TRUE(fs::exists(root_ / "a" / "b" / "kept"));
    EXPECT_EQ(std::distance(fs::directory_iterator(root_ / "a" / "b"), fs::directory_iterator()),
              1);
}

TEST_F(Outputs, FoldersMadeForNothingGoAgain)
{
    {
        StagingFolder folder(root_ / "a" / "b");
        write(folder.temporary("lost"), "half");
    }
    EXPECT_FALSE(fs::exists(root_ / "a"));
    EXPECT_TRUE(fs::exists(root_));
}

TEST_F(Outputs, FolderThatWasThereStays)
{
    fs::create_directories(root_ / "a");
    {
        const StagingFolder folder(root_ / "a");
    }
    EXPECT_TRUE(fs::exists(root_ / "a"));
}

TEST_F(Outputs, FolderBelowAFileCannotBeWritten)
{
    write(root_ / "file", "");
    try {
        StagingFolder(root_ / "file" / "a");
        FAIL() << "no error";
    } catch (const fovea::Error &error) {
        EXPECT_EQ(std::string(error.what()),
                  "cannot write '" + (root_ / "file" / "a").string() +
                      "': Not a directory; create its folder or choose another place");
    }
}

TEST_F(Outputs, TemporaryFilesLieWhereNobodyCanPlantALink)
{
    write(root_ / "victim", "precious");
    fs::create_symlink(root_ / "victim", root_ / "results.jsonl.part");
    StagingFolder folder(root_);
    const fs::path part = folder.temporary("results.jsonl");
    EXPECT_NE(part, StagingFolder(root_).temporary("results.jsonl"));
    EXPECT_EQ(fs::status(part.parent_path()).permissions(), fs::perms::owner_all);
    write(part, "results");
    folder.keep("results.jsonl");
    std::string text;
    std::getline(std::ifstream(root_ / "victim"), text);
    EXPECT_EQ(text, "precious");
    std::getline(std::ifstream(root_ / "results.jsonl"), text);
    EXPECT_EQ(text, "results");
}

TEST_F(Outputs, AFolderInUseIsRefusedWithItsUser)
{
    {
        const StagingFolder first(root_ / "a", StagingFolder::Use::Exclusive);
        try {
            StagingFolder(root_ / "a", StagingFolder::Use::Exclusive);
            FAIL() << "both write there";
        } catch (const fovea::Error &error) {
            EXPECT_NE(std::string(error.what()).find(std::to_string(getpid())), std::string::npos)
                << error.what();
        }
        EXPECT_NO_THROW(StagingFolder(root_ / "a"));
    }
    EXPECT_NO_THROW(StagingFolder(root_ / "a", StagingFolder::Use::Exclusive));
    EXPECT_FALSE(fs::exists(root_ / "a")) << "nothing was written";
}

TEST_F(Outputs, WhatAKilledProcessLeftGoesWhereNobodyElseWrites)
{
    fs::create_directories(root_ / "a" / ".part-killed");
    write(root_ / "a" / ".part-killed" / "copy", "half");
    {
        const StagingFolder shared(root_ / "a");
    }
    EXPECT_TRUE(fs::exists(root_ / "a" / ".part-killed")) << "of another that may live";
    {
        const StagingFolder folder(root_ / "a", StagingFolder::Use::Exclusive);
        EXPECT_FALSE(fs::exists(root_ / "a" / ".part-killed"));
    }
    EXPECT_FALSE(fs::exists(root_ / "a"));
}

TEST_F(Outputs, SoDoesAPartOfAFileThatWasNotWholeYet)
{
    for (const char *name :
         {"checkpoint.pt.ab3xyz.part", "mine.part", "a.parts.part", "b.AB3xyz.part"}) {
        fs::create_directories(root_ / "a");
        write(root_ / "a" / name, "half");
    }
    const StagingFolder folder(root_ / "a", StagingFolder::Use::Exclusive);
    EXPECT_FALSE(fs::exists(root_ / "a" / "checkpoint.pt.ab3xyz.part"));
    EXPECT_TRUE(fs::exists(root_ / "a" / "mine.part"));
    EXPECT_TRUE(fs::exists(root_ / "a" / "a.parts.part"));
    EXPECT_TRUE(fs::exists(root_ / "a" / "b.AB3xyz.part")) << "six of a to z and 0 to 5";
}

TEST_F(Outputs, WhatAKilledProcessLeftMayGoWithoutAResult)
{
    fs::create_directories(root_ / "a" / ".part-killed");
    write(root_ / "a" / ".lock", "1");
    {
        const StagingFolder writer(root_ / "a", StagingFolder::Use::Exclusive);
        fs::create_directories(root_ / "a" / ".part-living");
        StagingFolder::remove_left(root_ / "a");
        EXPECT_TRUE(fs::exists(root_ / "a" / ".part-living"));
    }
    write(root_ / "a" / "result", "whole");
    StagingFolder::remove_left(root_ / "a");
    EXPECT_EQ(std::distance(fs::directory_iterator(root_ / "a"), fs::directory_iterator()), 1);
    fs::create_directories(root_ / "b" / ".part-killed");
    StagingFolder::remove_left(root_ / "b");
    EXPECT_FALSE(fs::exists(root_ / "b")) << "nothing was left in it";
    fs::create_directories(root_ / "c");
    StagingFolder::remove_left(root_ / "c");
    EXPECT_FALSE(fs::exists(root_ / "c")) << "killed before it wrote";
    StagingFolder::remove_left(root_ / "absent");
    EXPECT_FALSE(fs::exists(root_ / "absent"));
}

TEST_F(Outputs, RecordSpeaksForTheSameSettingsAndOutputsOnly)
{
    write(root_ / "video", "");
    const Provenance record{{{"model", "m"}}, {"out"}, {}};
    fs::last_write_time(root_ / "video", fs::file_time_type::clock::now() - std::chrono::hours(1));
    write(root_ / "out", "made");
    fovea::write_provenance(root_ / "run.json", record);

    EXPECT_TRUE(fovea::is_made(root_ / "run.json", record, root_ / "video"));
    EXPECT_FALSE(
        fovea::is_made(root_ / "run.json", {{{"model", "other"}}, {"out"}, {}}, root_ / "video"));
    EXPECT_FALSE(
        fovea::is_made(root_ / "run.json", {{{"model", "m"}}, {"more"}, {}}, root_ / "video"));
}

TEST_F(Outputs, RecordIsVoidWhenTheVideoChangedOrAnOutputIsGone)
{
    write(root_ / "video", "");
    write(root_ / "out", "made");
    const Provenance record{{{"model", "m"}}, {"out"}, {}};
    fovea::write_provenance(root_ / "run.json", record);

    const auto hour = std::chrono::hours(1);
    fs::last_write_time(root_ / "video", fs::file_time_type::clock::now() + hour);
    EXPECT_FALSE(fovea::is_made(root_ / "run.json", record, root_ / "video"));
    fs::last_write_time(root_ / "video", fs::file_time_type::clock::now() - hour);
    EXPECT_TRUE(fovea::is_made(root_ / "run.json", record, root_ / "video"));
    fs::remove(root_ / "out");
    EXPECT_FALSE(fovea::is_made(root_ / "run.json", record, root_ / "video"));
}

/* As a disk without room leaves a copy of it: what was skipped for it would be missing for good */
TEST_F(Outputs, RecordIsVoidWhenAnOutputIsEmpty)
{
    write(root_ / "video", "");
    fs::last_write_time(root_ / "video", fs::file_time_type::clock::now() - std::chrono::hours(1));
    const Provenance record{{{"model", "m"}}, {"out"}, {}};
    fovea::write_provenance(root_ / "run.json", record);
    write(root_ / "out", "");
    EXPECT_FALSE(fovea::is_made(root_ / "run.json", record, root_ / "video"));
    write(root_ / "out", "made");
    EXPECT_TRUE(fovea::is_made(root_ / "run.json", record, root_ / "video"));
}

/* Put in its place from a backup, or written while it was read */
TEST_F(Outputs, RecordIsVoidWhenTheVideoIsOfAnotherSizeOrTimeHoweverOld)
{
    const auto before = fs::file_time_type::clock::now() - std::chrono::hours(1);
    const auto put = [&](const std::string &video, std::chrono::seconds later) {
        write(root_ / "video", video);
        fs::last_write_time(root_ / "video", before + later);
        return fovea::is_made(root_ / "run.json", {{{"model", "m"}}, {"out"}, {}}, root_ / "video");
    };
    write(root_ / "out", "made");
    put("four", 0s);
    const auto state = fovea::state_of(root_ / "video");
    EXPECT_EQ(state.bytes, 4U);
    fovea::write_provenance(root_ / "run.json", {{{"model", "m"}}, {"out"}, state});
    EXPECT_TRUE(put("four", 0s));
    EXPECT_TRUE(put("four", 1s)); // as another file system rounds
    EXPECT_FALSE(put("five", 3s));
    EXPECT_FALSE(put("five", -1h));
    EXPECT_FALSE(put("others", 0s));
    for (const char *unknown : {"absent", "https://example.org/video.mp4"}) {
        EXPECT_EQ(fovea::state_of(unknown).bytes, 0U);
        EXPECT_EQ(fovea::state_of(unknown).changed_s, 0);
    }
}

/* Of a recorder whose clock is wrong */
TEST_F(Outputs, RecordSpeaksForAVideoOfTheFuture)
{
    write(root_ / "video", "four");
    fs::last_write_time(root_ / "video", fs::file_time_type::clock::now() + std::chrono::hours(1));
    write(root_ / "out", "made");
    const Provenance record{{{"model", "m"}}, {"out"}, fovea::state_of(root_ / "video")};
    fovea::write_provenance(root_ / "run.json", record);
    EXPECT_TRUE(fovea::is_made(root_ / "run.json", record, root_ / "video"));
    fs::last_write_time(root_ / "video", fs::file_time_type::clock::now() + std::chrono::hours(2));
    EXPECT_FALSE(fovea::is_made(root_ / "run.json", record, root_ / "video"));
    fs::remove(root_ / "video");
    EXPECT_FALSE(fovea::is_made(root_ / "run.json", record, root_ / "video"));
}

TEST_F(Outputs, RecordOfANameThatIsNoUtf8SpeaksForIt)
{
    const std::string latin = "caf\xe9.pt";
    write(root_ / "video", "");
    write(root_ / latin, "made");
    fs::last_write_time(root_ / "video", fs::file_time_type::clock::now() - 1h);
    const Provenance record{{{"model", latin}}, {latin}, {}};
    fovea::write_provenance(root_ / "run.json", record);
    EXPECT_TRUE(fovea::is_made(root_ / "run.json", record, root_ / "video"));
    fs::remove(root_ / latin);
    EXPECT_FALSE(fovea::is_made(root_ / "run.json", record, root_ / "video"));
}

TEST_F(Outputs, RecordThatIsDamagedOrAbsentIsNone)
{
    write(root_ / "video", "");
    write(root_ / "run.json", "{\"version\": 1");
    EXPECT_FALSE(fovea::is_made(root_ / "run.json", {{}, {}, {}}, root_ / "video"));
    EXPECT_FALSE(fovea::is_made(root_ / "absent.json", {{}, {}, {}}, root_ / "video"));
}
