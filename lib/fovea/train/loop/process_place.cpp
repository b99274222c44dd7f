// SPDX-License-Identifier: MIT
#include <charconv>

#include "fovea/core/errors.h"
#include "fovea/train/loop/processes.h"

namespace fovea {

namespace {

using Variable = std::function<std::string(const char *)>;

constexpr int most_processes = 1 << 16;
constexpr int highest_port = 65535;

struct Names {
    const char *rank, *count, *local_rank;
};

constexpr Names torchrun = {"RANK", "WORLD_SIZE", "LOCAL_RANK"};
constexpr Names slurm = {"SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID"};

int number(const Variable &variable, const char *name, int least, int most,
           const std::string &why = "")
{
    const std::string text = variable(name);
    int value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || rest != text.data() + text.size() || value < least || value > most)
        throw Error(Error::Kind::Settings, std::string("environment: ") + name + " is " +
                                               (text.empty() ? "not set" : "'" + text + "'") +
                                               ", expected a number from " + std::to_string(least) +
                                               " to " + std::to_string(most) + why);
    return value;
}

} // namespace

ProcessPlace process_place(const Variable &variable)
{
    const auto is_set = [&](const char *name) { return !variable(name).empty(); };
    ProcessPlace place;
    const bool by_torchrun = is_set(torchrun.rank) || is_set(torchrun.count);
    if (!by_torchrun && !(is_set("MASTER_ADDR") && is_set(slurm.rank) && is_set(slurm.count)))
        return place;

    const Names &names = by_torchrun ? torchrun : slurm;
    place.count = number(variable, names.count, 1, most_processes,
                         std::string(", as ") + names.rank + " is set");
    place.rank = number(variable, names.rank, 0, place.count - 1,
                        std::string(", as ") + names.count + " is " + variable(names.count));
    place.local_rank = is_set(names.local_rank)
                           ? number(variable, names.local_rank, 0, place.count - 1)
                           : place.rank;
    if (place.count == 1)
        return place;
    place.address = variable("MASTER_ADDR");
    if (place.address.empty())
        throw Error(Error::Kind::Settings,
                    std::string("environment: MASTER_ADDR is not set, expected the address of the "
                                "machine of rank 0, as ") +
                        names.count + " is " + variable(names.count));
    place.port = number(variable, "MASTER_PORT", 1, highest_port);
    return place;
}

std::string why_alone(const Variable &variable)
{
    const std::string tasks = variable(slurm.count);
    if (tasks.empty() || tasks == "1" || !variable("MASTER_ADDR").empty() ||
        process_place(variable).count > 1 || !variable(torchrun.count).empty())
        return "";
    return std::string(slurm.count) + " is " + tasks +
           ", but MASTER_ADDR is not set: this process trains alone; to train together start each "
           "by srun with MASTER_ADDR (the machine of task 0) and MASTER_PORT set, as "
           "packaging/slurm/train.sbatch does";
}

} // namespace fovea
