// SPDX-License-Identifier: MIT
#include "commands/train.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <netdb.h>
#include <netinet/in.h>

#include "crash_guard.h"
#include "fovea/core/errors.h"
#include "fovea/store/staging_folder.h"
#include "fovea/train/training_steps.h"
#include "interrupt.h"
#include "media/asked_models.h"
#include "media/pipeline_reader.h"
#include "run_printer.h"

namespace fovea {

namespace {

/** \brief Of several processes all but the first: they end as the others, and say nothing more */
class SilentWatcher final : public RunWatcher
{
public:
    bool stops() override { return interrupted(); }
};

/** \brief The words of this command, but for what may be another in each process: devices, threads, local folders */
std::string common_options()
{
    const std::vector<std::string> own = {"--device", "--threads", "--cache", "--root"};
    std::ifstream file("/proc/self/cmdline", std::ios::binary);
    std::vector<std::string> words;
    for (std::string word; std::getline(file, word, '\0');)
        words.push_back(word);
    std::string common;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string name = words[i].substr(0, words[i].find('='));
        if (std::find(own.begin(), own.end(), name) == own.end())
            common += (common.empty() ? "" : " ") + words[i];
        else if (name == words[i])
            ++i; // its value
    }
    return common;
}

std::string variable(const char *name)
{
    const char *value = std::getenv(name);
    return value == nullptr ? "" : value;
}

ProcessPlace place_by_environment()
{
    ProcessPlace place = process_place(variable);
    place.options = common_options();
    return place;
}

/** \brief Whether this machine alone answers to a name, as Debian has it of a machine's own: 127.0.1.1 */
bool is_loopback(const std::string &host)
{
    addrinfo hints = {};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *found = nullptr;
    if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0)
        return false;
    const std::unique_ptr<addrinfo, void (*)(addrinfo *)> release(found, freeaddrinfo);
    sockaddr_in address = {};
    std::memcpy(&address, found->ai_addr, sizeof address);
    return (ntohl(address.sin_addr.s_addr) >> 24) == IN_LOOPBACKNET;
}

/** \brief A warning where gloo would tell other machines the address that rank 0's name has on its own; else empty */
std::string why_deaf(const ProcessPlace &place, const TrainingSettings &settings)
{
    const bool are_all_here = variable("LOCAL_WORLD_SIZE") == std::to_string(place.count) ||
                              variable("SLURM_NNODES") == "1" || place.address == "localhost" ||
                              place.address == "127.0.0.1";
    if (place.rank > 0 || place.count == 1 || are_all_here ||
        !variable("GLOO_SOCKET_IFNAME").empty() || !is_loopback(place.address) ||
        Processes::meet_by_nccl(training_device(settings)))
        return "";
    return "MASTER_ADDR '" + place.address +
           "' is this machine alone (127.x, see /etc/hosts); where processes run on others too, "
           "set GLOO_SOCKET_IFNAME to the network that leads to them: ip -brief address";
}

/** \brief Of a training that is guarded: begun anew behind its first epoch it would write over its checkpoint */
class GuardedRunPrinter final : public RunPrinter
{
public:
    void epoch(const EpochRecord &record, int epochs) override
    {
        end_running_anew(); // --resume goes on
        RunPrinter::epoch(record, epochs);
    }
};

/** \brief Meets the processes that the environment tells of, and says it \return who listens to the run */
std::unique_ptr<RunWatcher> join(TrainingSettings *settings, std::chrono::seconds patience)
{
    const ProcessPlace place = place_by_environment();
    if (const std::string why = why_deaf(place, *settings); !why.empty())
        RunPrinter().warn(why);
    join_processes(settings, place, patience, interrupted);
    if (!settings->processes->is_first())
        return std::make_unique<SilentWatcher>();
    auto printer = std::make_unique<GuardedRunPrinter>();
    if (settings->processes->are_several())
        printer->note(std::to_string(place.count) + " processes train together");
    else if (const std::string why = why_alone(variable); !why.empty())
        printer->warn(why);
    return printer;
}

/** \brief OUT/training for this run alone, until what is returned goes. \throw Error as StagingFolder */
std::unique_ptr<StagingFolder> hold_folder(const TrainingSettings &settings)
{
    if (!settings.processes->is_first())
        return nullptr; // the first of those that train together holds it for all
    return std::make_unique<StagingFolder>(training_folder(settings.out),
                                           StagingFolder::Use::Exclusive);
}

} // namespace

int run_head_training(HeadTraining training, std::chrono::seconds patience)
{
    training.settings.asked_out = training.settings.out;
    const auto watcher = join(&training.settings, patience);
    const auto folder = hold_folder(training.settings);
    return train_head(training, *watcher).stopped ? interrupted_exit_code : 0;
}

int run_network_training(NetworkTraining training, FrameCacheSettings cache,
                         std::chrono::seconds patience)
{
    cache.threads = training.settings.threads;
    training.settings.asked_out = training.settings.out;
    RunWatcher *first = nullptr; // the others of several say nothing but what is so of their videos
    const auto tell = [&](const std::string &line) {
        first != nullptr ? first->warn(line) : warn(line);
    };
    const auto open_frames = [&](const ActivityCard &card) {
        return decoding_cache(card, cache, tell);
    };
    const auto train = [&] {
        const auto watcher = join(&training.settings, patience);
        first = training.settings.processes->is_first() ? watcher.get() : nullptr;
        const auto folder = hold_folder(training.settings);
        return train_network(training, open_frames, *watcher).stopped ? interrupted_exit_code : 0;
    };
    // Of several the others end with one that crashes, which would wait for them in vain
    return place_by_environment().count > 1 ? train()
                                            : run_guarded(train, RunsAnew::BehindOneOfWork);
}

int run_keypoint_training(KeypointTraining training)
{
    if (const int count = place_by_environment().count; count > 1)
        throw Error(Error::Kind::Settings,
                    "train keypoints: expected one process, got " + std::to_string(count) +
                        " (WORLD_SIZE, or SLURM_NTASKS); start it once, without torchrun or srun");
    training.lesson.detector =
        detector_for(training.lesson.detector, Bundle::open(training.settings.model).activity());
    training.lesson.threads = training.settings.threads;
    return run_guarded(
        [&] {
            GuardedRunPrinter printer;
            const auto folder = hold_folder(training.settings);
            const PipelineReader reader([&](const std::string &line) { printer.warn(line); });
            return train_keypoints(training, reader, printer).stopped ? interrupted_exit_code : 0;
        },
        RunsAnew::BehindOneOfWork);
}

} // namespace fovea
