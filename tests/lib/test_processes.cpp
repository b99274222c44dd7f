// SPDX-License-Identifier: MIT
#include <chrono>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "child_process.h"
#include "error_of.h"
#include "fovea/bundle/weights.h"
#include "fovea/train/data/batch_loader.h"
#include "fovea/train/loop/processes.h"
#include "memory_samples.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

using Variables = std::map<std::string, std::string>;

ProcessPlace place_in(const Variables &variables)
{
    return process_place([&](const char *name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::string() : found->second;
    });
}

TEST(ProcessPlace, IsThatOfTorchrunOfSlurmOrAlone)
{
    EXPECT_EQ(place_in({}).count, 1);
    EXPECT_EQ(place_in({{"RANK", "0"}, {"WORLD_SIZE", "1"}}).count, 1);
    const ProcessPlace torchrun = place_in({{"RANK", "5"},
                                            {"WORLD_SIZE", "8"},
                                            {"LOCAL_RANK", "1"},
                                            {"MASTER_ADDR", "node7"},
                                            {"MASTER_PORT", "29500"},
                                            {"SLURM_PROCID", "0"},
                                            {"SLURM_NTASKS", "2"}});
    EXPECT_EQ(torchrun.rank, 5);
    EXPECT_EQ(torchrun.count, 8);
    EXPECT_EQ(torchrun.local_rank, 1);
    EXPECT_EQ(torchrun.address, "node7");
    EXPECT_EQ(torchrun.port, 29500);

    Variables slurm = {{"SLURM_PROCID", "3"}, {"SLURM_NTASKS", "4"}, {"SLURM_LOCALID", "1"}};
    EXPECT_EQ(place_in(slurm).count, 1) << "a command in a job's script is alone";
    slurm["MASTER_ADDR"] = "n1";
    slurm["MASTER_PORT"] = "20000";
    EXPECT_EQ(place_in(slurm).rank, 3);
    EXPECT_EQ(place_in(slurm).count, 4);
    EXPECT_EQ(place_in(slurm).local_rank, 1);
}

TEST(ProcessPlace, OfSeveralTasksWithoutAnAddressIsAloneAndSaysHowToJoin)
{
    const auto why = [](const Variables &variables) {
        return why_alone([&](const char *name) {
            const auto found = variables.find(name);
            return found == variables.end() ? std::string() : found->second;
        });
    };
    Variables slurm = {{"SLURM_PROCID", "3"}, {"SLURM_NTASKS", "4"}};
    EXPECT_EQ(
        why(slurm),
        "SLURM_NTASKS is 4, but MASTER_ADDR is not set: this process trains alone; to train "
        "together start each by srun with MASTER_ADDR (the machine of task 0) and MASTER_PORT "
        "set, as packaging/slurm/train.sbatch does");
    slurm["SLURM_NTASKS"] = "1";
    EXPECT_EQ(why(slurm), "");
    EXPECT_EQ(why({}), "");
    EXPECT_EQ(why({{"RANK", "0"}, {"WORLD_SIZE", "1"}, {"SLURM_NTASKS", "4"}}), "");
    slurm = {{"SLURM_PROCID", "3"},
             {"SLURM_NTASKS", "4"},
             {"MASTER_ADDR", "n1"},
             {"MASTER_PORT", "20000"}};
    EXPECT_EQ(why(slurm), "");
}

TEST(ProcessPlace, OfAWrongEnvironmentIsRefusedInALine)
{
    const auto error = [](const Variables &variables) {
        return error_of([&] { place_in(variables); });
    };
    EXPECT_EQ(error({{"RANK", "1"}}),
              "environment: WORLD_SIZE is not set, expected a number from 1 "
              "to 65536, as RANK is set");
    EXPECT_EQ(error({{"WORLD_SIZE", "2"}}),
              "environment: RANK is not set, expected a number from 0 to 1, as WORLD_SIZE is 2");
    EXPECT_EQ(error({{"RANK", "2"}, {"WORLD_SIZE", "2"}}),
              "environment: RANK is '2', expected a number from 0 to 1, as WORLD_SIZE is 2");
    EXPECT_EQ(error({{"RANK", "-1"}, {"WORLD_SIZE", "2"}}),
              "environment: RANK is '-1', expected a number from 0 to 1, as WORLD_SIZE is 2");
    const Variables two = {{"RANK", "1"}, {"WORLD_SIZE", "2"}};
    EXPECT_EQ(error(two),
              "environment: MASTER_ADDR is not set, expected the address of the machine "
              "of rank 0, as WORLD_SIZE is 2");
    for (const char *port : {"0", "65536", "ssh", "80x"}) {
        Variables all = two;
        all["MASTER_ADDR"] = "localhost";
        all["MASTER_PORT"] = port;
        EXPECT_EQ(error(all), std::string("environment: MASTER_PORT is '") + port +
                                  "', expected a number from 1 to 65535");
    }
}

/** \brief Samples that are their own index */
MemorySamples numbers(std::int64_t count)
{
    std::vector<Sample> samples;
    for (std::int64_t i = 0; i < count; ++i)
        samples.push_back({at::full({1}, static_cast<float>(i)), i});
    return {samples, false};
}

TEST(SampleShare, PartsOfABatchAreTheBatch)
{
    const MemorySamples source = numbers(11);
    std::vector<std::int64_t> sizes;
    std::set<std::int64_t> seen;
    for (int index = 0; index < 3; ++index) {
        BatchLoader loader(source, /*batch_size=*/4, /*ahead=*/1, /*pinned=*/false, {index, 3});
        loader.begin(0);
        EXPECT_EQ(loader.batches(), 3) << "4, 4 and 3";
        std::int64_t before = 0;
        while (const auto batch = loader.next()) {
            EXPECT_GE(batch->size(), 1);
            for (std::int64_t i = 0; i < batch->size(); ++i) {
                const auto number = batch->targets[0][i].item<std::int64_t>();
                EXPECT_EQ(number, before + batch->first + i);
                EXPECT_TRUE(seen.insert(number).second);
            }
            before += batch->of_all;
        }
        EXPECT_EQ(before, 11);
    }
    EXPECT_EQ(seen.size(), 11U);
}

TEST(SampleShare, LastSamplesThatAreTooFewJoinTheBatchBefore)
{
    const MemorySamples source = numbers(10);
    BatchLoader loader(source, /*batch_size=*/4, /*ahead=*/1, /*pinned=*/false, {2, 3});
    loader.begin(0);
    EXPECT_EQ(loader.batches(), 2);
    EXPECT_EQ(loader.next()->of_all, 4);
    EXPECT_EQ(loader.next()->of_all, 6);
    EXPECT_FALSE(loader.next());
    EXPECT_EQ(error_of([&] {
                  BatchLoader(source, 2, 1, false, {0, 3});
              }),
              "training: a batch of 2 clips cannot be shared by 3 processes; expected at least one "
              "each");
    EXPECT_EQ(
        error_of([&] {
            const MemorySamples two = numbers(2);
            BatchLoader few(two, 4, 1, false, {0, 3});
            few.begin(0);
        }),
        "training: an epoch of 2 clips cannot be shared by 3 processes; expected at least one "
        "each");
}

class Together : public testing::Test
{
protected:
    static constexpr std::chrono::seconds patience{120}; ///< with the others

    void SetUp() override
    {
        if (std::getenv("FOVEA_TRAIN_TOGETHER") == nullptr)
            GTEST_SKIP() << "this LibTorch has no c10d with gloo";
    }

    /** \brief One rank, its words in NAME.err */
    std::unique_ptr<ChildProcess> start(const std::string &name, const Variables &variables,
                                        const std::string &optimiser,
                                        const std::string &labels) const
    {
        std::string line = "exec env";
        for (const auto &[variable, value] : variables)
            line += " " + variable + "=" + value;
        line += std::string(" GLOG_minloglevel=3 '") + std::getenv("FOVEA_TRAIN_TOGETHER") + "' '" +
                (folder_.path() / name / "weights.pt").string() + "' " + optimiser + " " + labels +
                " 2> '" + (folder_.path() / (name + ".err")).string() + "'";
        std::filesystem::create_directories(folder_.path() / name);
        return std::make_unique<ChildProcess>(std::vector<std::string>{"sh", "-c", line});
    }

    Variables rank(int index, int count, std::uint16_t port) const
    {
        return {{"RANK", std::to_string(index)},
                {"WORLD_SIZE", std::to_string(count)},
                {"MASTER_ADDR", "127.0.0.1"},
                {"MASTER_PORT", std::to_string(port)},
                {"PATIENCE", std::to_string(patience.count())},
                {"TORCH_CPP_LOG_LEVEL", "FATAL"}}; // as the command sets it
    }

    Weights weights_of(const std::string &name) const
    {
        return read_weights(folder_.path() / name / "weights.pt");
    }

    std::string words_of(const std::string &name) const
    {
        std::ifstream file(folder_.path() / (name + ".err"));
        std::stringstream text;
        text << file.rdbuf();
        return text.str();
    }

    /** \brief The greatest difference of any weight or figure of one process and \a count */
    double difference(int count, const std::string &optimiser, const std::string &labels) const
    {
        const auto alone = start("alone", {}, optimiser, labels);
        EXPECT_EQ(alone->wait(), 0) << words_of("alone");
        const std::uint16_t port = free_port();
        std::vector<std::unique_ptr<ChildProcess>> all;
        for (int i = 0; i < count; ++i)
            all.push_back(
                start("rank" + std::to_string(i), rank(i, count, port), optimiser, labels));
        for (int i = 0; i < count; ++i)
            EXPECT_EQ(all[static_cast<std::size_t>(i)]->wait(), 0)
                << words_of("rank" + std::to_string(i));
        EXPECT_FALSE(std::filesystem::exists(folder_.path() / "rank1/weights.pt"));
        EXPECT_FALSE(std::filesystem::exists(folder_.path() / "rank1/checkpoint.pt"));
        const Weights one = weights_of("alone");
        const Weights several = weights_of("rank0");
        EXPECT_EQ(one.size(), several.size());
        double greatest = 0;
        for (const auto &[name, tensor] : one)
            greatest =
                std::max(greatest, (tensor.to(at::kDouble) - several.at(name).to(at::kDouble))
                                       .abs()
                                       .max()
                                       .item<double>());
        return greatest;
    }

    const TemporaryFolder folder_;
};

TEST_F(Together, TwoProcessesGiveTheWeightsOfOneWithTheJoinedBatch)
{
    EXPECT_LT(difference(2, "sgd", "one"), 1e-5);
}

TEST_F(Together, ThreeProcessesDoWithAnyNumberOfLabels)
{
    EXPECT_LT(difference(3, "sgd", "many"), 1e-5);
}

TEST_F(Together, AdamDoesWhileRoundingIsNotEnlarged)
{
    EXPECT_LT(difference(2, "adamw", "one"), 1e-5);
}

TEST_F(Together, OnesDeathEndsTheOthersInALine)
{
    const std::uint16_t port = free_port();
    const auto first = start("rank0", rank(0, 3, port), "sgd", "one");
    const auto second = start("rank1", rank(1, 3, port), "sgd", "one");
    auto last = rank(2, 3, port);
    last["DIES"] = "1";
    const auto third = start("rank2", last, "sgd", "one");
    EXPECT_EQ(third->wait(), 128 + SIGKILL);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(first->wait(), 1);
    EXPECT_EQ(second->wait(), 1);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, patience / 2);
    for (const int i : {0, 1}) {
        const std::string words = words_of("rank" + std::to_string(i));
        EXPECT_EQ(
            words.rfind("training: process " + std::to_string(i) + " of 3 lost another one", 0), 0U)
            << words;
        EXPECT_EQ(std::count(words.begin(), words.end(), '\n'), 1) << words;
    }
}

TEST_F(Together, OtherOptionsAreToldBeforeAnythingIsShared)
{
    const std::uint16_t port = free_port();
    const auto first = start("rank0", rank(0, 2, port), "sgd", "one");
    const auto second = start("rank1", rank(1, 2, port), "adamw", "one");
    EXPECT_EQ(first->wait(), 1);
    EXPECT_EQ(second->wait(), 1);
    EXPECT_EQ(words_of("rank0"), "training: process 1 was started with 'adamw', process 0 with "
                                 "'sgd'; expected the same options for all\n");
    EXPECT_EQ(words_of("rank1"), "training: process 0 was started with 'sgd', process 1 with "
                                 "'adamw'; expected the same options for all\n");
}

TEST_F(Together, WhoWaitsForTheOthersCanBeInterrupted)
{
    Variables alone = rank(0, 2, free_port());
    alone["STOPS"] = "1";
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(start("rank0", alone, "sgd", "one")->wait(), 1);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, patience);
    EXPECT_EQ(words_of("rank0"), "interrupted\n");
}

/* Each opens 600 clips of a tenth of a second; none waits until it has opened all */
TEST_F(Together, OneThatIsInterruptedWhileClipsAreDecodedEndsAll)
{
    for (const char *interrupted : {"0", "1"}) {
        const std::uint16_t port = free_port();
        std::vector<std::unique_ptr<ChildProcess>> both;
        for (const int i : {0, 1}) {
            Variables variables = rank(i, 2, port);
            variables["DECODES"] = interrupted;
            both.push_back(start("rank" + std::to_string(i), variables, "sgd", "one"));
        }
        for (const auto &one : both)
            EXPECT_EQ(one->wait(), 1);
        for (const std::string name : {"rank0", "rank1"}) {
            EXPECT_EQ(words_of(name), "interrupted\n");
            int opened = 0;
            std::ifstream(folder_.path() / name / "opened") >> opened;
            EXPECT_GT(opened, 0);
            EXPECT_LT(opened, 300) << "the other had opened five";
        }
    }
}

TEST_F(Together, WhoMeetsNobodySaysSoInTime)
{
    Variables alone = rank(1, 2, free_port());
    alone["PATIENCE"] = "2";
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(start("rank1", alone, "sgd", "one")->wait(), 1);
    alone["RANK"] = "0";
    EXPECT_EQ(start("rank0", alone, "sgd", "one")->wait(), 1);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, patience);
    for (const int i : {0, 1}) {
        const std::string words = words_of("rank" + std::to_string(i));
        EXPECT_EQ(words.rfind("training: process " + std::to_string(i) +
                                  " of 2 did not meet the others at 127.0.0.1 port ",
                              0),
                  0U)
            << words;
        EXPECT_EQ(std::count(words.begin(), words.end(), '\n'), 1) << words;
    }
}

} // namespace

} // namespace fovea
