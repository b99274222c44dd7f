// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <ATen/ATen.h>

#include "fovea/nn/shared_batch.h"

namespace fovea {

/** \brief The place of a process among those that train together */
struct ProcessPlace {
    int rank = 0;        ///< from 0
    int count = 1;       ///< of all; 1: nobody else
    int local_rank = 0;  ///< among those of its machine: the GPU it takes
    std::string address; ///< of the machine of rank 0
    int port = 0;        ///< there, on which rank 0 listens
    std::string options; ///< that it was started with, which must be those of all
};

/**
 * \brief What the environment says, as torchrun sets it (RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR,
 * MASTER_PORT), or Slurm's srun (SLURM_PROCID, SLURM_NTASKS, SLURM_LOCALID; read where MASTER_ADDR is set)
 * \param variable by its name; empty: not set
 * \throw Error Settings for a part of it, or numbers out of their range
 */
ProcessPlace process_place(const std::function<std::string(const char *)> &variable);

/**
 * \brief Why it trains alone though Slurm has started several tasks, and how they join, in a line
 * \return empty: it was started alone, or does not train alone
 */
std::string why_alone(const std::function<std::string(const char *)> &variable);

/** \brief The processes that train one network together; of one alone everything returns at once */
class Processes
{
public:
    /** \brief This process alone */
    Processes();

    /**
     * \brief Meets the others: by NCCL where LibTorch has it and \a device is a GPU, else by gloo
     * \param patience for each that is waited for, now or later
     * \param stops asked while it waits; once true, Interrupted is thrown. May be empty
     * \throw Error Init when they do not come in time, or this LibTorch cannot do it; Settings where
     * one was started with other options; Interrupted
     */
    Processes(const ProcessPlace &place, at::Device device, std::chrono::seconds patience,
              const std::function<bool()> &stops = {});

    ~Processes();

    /** \brief Whether those whose network runs on \a device meet by NCCL, not by gloo */
    static bool meet_by_nccl(at::Device device);

    /**
     * \brief Whether one of them wants an end, once for all; waits for rank 0 to answer, but for nobody else
     * \param here whether this one does
     * \throw Error Init once rank 0 has died
     */
    bool one_stops(bool here) const;

    int rank() const { return place_.rank; }

    int count() const { return place_.count; }

    bool are_several() const { return place_.count > 1; }

    bool is_first() const { return place_.rank == 0; }

    /*
     * What follows waits for all, which call it in the same order.
     * \throw Error Init once one has died, or has not come within the patience
     */

    /** \brief Adds up \a values of all, in place, to the same bits everywhere */
    void add_up(at::Tensor &values) const;

    /** \brief Overwrites \a values by those of rank 0 */
    void copy_from_first(at::Tensor &values) const;

    void wait_for_all() const;

    /** \brief Whether it is true somewhere */
    bool any(bool here) const;

private:
    class Group;

    ProcessPlace place_;
    std::unique_ptr<Group> group_; ///< null: alone
};

/** \brief A batch that processes share; see its base */
class ProcessesBatch final : public nn::SharedBatch
{
public:
    ProcessesBatch(const Processes &processes, std::int64_t first, std::int64_t samples)
        : SharedBatch(first, samples), processes_(processes)
    {
    }

    void add_up(at::Tensor &values) const override { processes_.add_up(values); }

private:
    const Processes &processes_;
};

} // namespace fovea
