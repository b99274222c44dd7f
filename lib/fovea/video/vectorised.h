// SPDX-License-Identifier: MIT
#pragma once

/**
 * \brief Marks a plain inner loop for which the compiler makes a second version with AVX2
 *
 * The right one is taken when the library is loaded, so one binary serves every x86-64 machine.
 * Not under the sanitizers: the choice runs before they are set up.
 */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FOVEA_VECTORISED __attribute__((target_clones("avx2", "default")))
#else
#define FOVEA_VECTORISED
#endif
