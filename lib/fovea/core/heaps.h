// SPDX-License-Identifier: MIT
#pragma once

#include <malloc.h>

namespace fovea {

/**
 * \brief All threads of this process share two heaps
 *
 * A hundred threads that share sixteen leave holes in each: the memory of a watch grew for hours. With two it is smaller
 * (364 in place of 404 MB after 80 s of six cameras) and stays as it is from the first minute on.
 */
inline void keep_few_heaps()
{
    mallopt(M_ARENA_MAX, 2);
}

/**
 * \brief What this process frees it keeps for what it allocates next, up to a GB, in few heaps: each keeps its own
 *
 * The tensors of each step are as large as those of the one before; given back in between, each of their pages is
 * mapped and cleared anew. A step of training the compact network takes 0.4 GB.
 */
inline void keep_freed_memory()
{
    constexpr int largest_kept = 1 << 30; // bytes
    keep_few_heaps();
    mallopt(M_MMAP_THRESHOLD, largest_kept);
    mallopt(M_TRIM_THRESHOLD, largest_kept);
}

} // namespace fovea
