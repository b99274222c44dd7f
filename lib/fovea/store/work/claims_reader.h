// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "fovea/store/work/work_state.h"

namespace fovea {

/** \brief Tells what the runs that share a folder of claims have in hand: it takes nothing, and writes nothing */
class ClaimsReader
{
public:
    /**
     * \param lease of the runs: who gave no sign of life for so long is dead
     * \throw Error NotFound where the folder is not there, cannot be read or holds no claim
     */
    explicit ClaimsReader(std::filesystem::path folder,
                          std::chrono::milliseconds lease = default_lease);

    /**
     * \brief The state of a piece of work, by this machine's clock
     *
     * The time of the file server, which stamps the claims, can only be had by writing. Where the clocks
     * are apart by a lease, a living worker may be told dead or a dead one alive; the runs, which take work over,
     * go by the file server.
     * \throw Error as last_claim()
     */
    WorkState state(const std::string &work) const;

private:
    std::filesystem::path folder_;
    std::chrono::milliseconds lease_;
};

} // namespace fovea
