// SPDX-License-Identifier: MIT
#include <stdexcept>

#include "error_of.h"
#include "fovea/core/text_file.h"
#include "head_runs.h"

namespace fovea {

namespace {

/** \brief Ends a run as a crash does, behind its first checkpoint */
class CrashingWatcher final : public RunWatcher
{
public:
    void epoch(const EpochRecord &, int) override { throw std::runtime_error("crashed"); }
};

/** \brief Heads on a list with splits of its own */
class TrainingLists : public HeadRuns
{
protected:
    void SetUp() override
    {
        HeadRuns::SetUp();
        training_.settings.changes.epochs = 2;
    }

    /** \brief The first four are of the split \a first, the last four of the split \a last */
    void list(const std::string &first, const std::string &last)
    {
        std::string text = "path,label,split\n";
        for (int i = 0; i < 12; ++i)
            text += "v" + std::to_string(i) + ".pt," + (i % 2 == 0 ? "calm," : "wild,") +
                    (i < 4   ? first
                     : i < 8 ? "val"
                             : last) +
                    "\n";
        training_.list = folder_.write("marked.csv", text);
    }

    void crash()
    {
        CrashingWatcher watcher;
        EXPECT_THROW(train_head(training_, watcher), std::runtime_error);
    }

    /** \brief The split, by the list of the bundle that is there, of the first clip */
    std::string split_of_first() const
    {
        for (const ListedClip &clip : read_clip_list(out() / "training/list.csv", {}).clips) {
            if (clip.id == "v0")
                return clip.split;
        }
        return "none";
    }

    std::filesystem::path out() const { return training_.settings.out; }
};

/* By it the test of the bundle is judged: what that was trained on would be unseen */
TEST_F(TrainingLists, StayUntilAnotherBundleIsThere)
{
    list("train", "test");
    run();
    EXPECT_EQ(split_of_first(), "train");

    list("test", "train");
    watcher_ = {};
    watcher_.in_first_epoch = true;
    EXPECT_THROW(run(), Interrupted);
    EXPECT_EQ(split_of_first(), "train") << "stopped before a checkpoint";
    crash();
    EXPECT_EQ(split_of_first(), "train") << "ended behind a checkpoint";
    watcher_ = {};
    run();
    EXPECT_EQ(split_of_first(), "test");
    std::size_t lists = 0;
    for (const auto &entry : std::filesystem::directory_iterator(out() / "training"))
        lists += entry.path().filename().string().rfind("list", 0) == 0 ? 1 : 0;
    EXPECT_EQ(lists, 1U);
}

TEST_F(TrainingLists, OfTheCheckpointSayWhatATrainingGoesOnWith)
{
    list("train", "test");
    run();
    list("test", "train");
    watcher_ = {};
    watcher_.in_first_epoch = true;
    EXPECT_THROW(run(), Interrupted);
    training_.settings.resume = true; // the checkpoint is of the first list still
    training_.settings.changes.epochs = 3;
    const auto refusal = [&] { return error_of([&] { run(); }); };
    watcher_ = {};
    EXPECT_NE(refusal().find("is of the split test, in"), std::string::npos) << refusal();

    training_.settings.resume = false;
    crash();
    training_.settings.resume = true;
    list("train", "test");
    EXPECT_NE(refusal().find("is of the split train, in"), std::string::npos) << refusal();
    list("test", "train");
    watcher_ = {};
    run();
    EXPECT_EQ(watcher_.epochs, (std::vector<int>{2, 3}));
    EXPECT_EQ(split_of_first(), "test");
}

TEST_F(TrainingLists, AreThereFromTheBeginWhereNothingIsToBeKept)
{
    list("train", "test");
    crash();
    EXPECT_EQ(split_of_first(), "train");
}

} // namespace

} // namespace fovea
