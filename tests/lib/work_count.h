// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>

/** \brief What a network did, counted as it ran */
struct Work {
    std::int64_t multiply_adds = 0; ///< of convolutions and fully connected layers
    std::int64_t biases = 0;        ///< outputs that got one added
    std::int64_t transposed = 0;    ///< multiply-adds of transposed convolutions, apart
    std::int64_t normalised = 0;    ///< outputs of BatchNorm
    std::int64_t rectified = 0;     ///< outputs of ReLU
    std::int64_t pooled = 0;        ///< inputs that windows of pools read, overlaps again
    std::int64_t averaged = 0;      ///< inputs of means

    /**
     * \brief All but transposed convolutions, one operation each: what Li et al. (Spatio-Temporal
     * Attention Networks, table III) call FLOPs, found from their figures
     */
    std::int64_t as_table_three() const
    {
        return multiply_adds + biases + normalised + rectified + pooled + averaged;
    }
};

/**
 * \brief Count what LibTorch computes while \a run runs, on this thread
 *
 * A batch of no clips counts as one of one: shapes are found, nothing is computed.
 */
Work count_work(const std::function<void()> &run);
