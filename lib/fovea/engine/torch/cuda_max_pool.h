// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "fovea/nn/kernel_window.h"

struct CUstream_st;

namespace fovea {

/** \brief Max pooling of a map that lies channels last on a GPU: [N, T, H, W, C] in memory */
struct CudaMaxPool {
    const void *from;
    void *to;
    bool is_float;    ///< else of 16 bits
    bool is_bfloat16; ///< of these; else IEEE's
    std::int64_t clips;
    std::int64_t channels;
    nn::Size3 size;    ///< T, H, W of the map
    nn::Size3 outputs; ///< of what comes out
    nn::Size3 kernel;
    nn::Size3 stride;
    nn::Size3 before; ///< padding, which never wins
};

/**
 * \brief One kernel: each thread takes 16 bytes of channels of a place (LibTorch's writes where the largest was too,
 * in 8 bytes a value)
 * \return false, nothing done, where 16 bytes do not divide the channels
 */
bool cuda_max_pool(const CudaMaxPool &pool, CUstream_st *stream);

} // namespace fovea
