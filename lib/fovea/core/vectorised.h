// SPDX-License-Identifier: MIT
#pragma once

/**
 * \brief Marks a plain inner loop for which the compiler makes further versions, with AVX2 and AVX-512
 *
 * The right one is taken when the library is loaded, so one binary serves every x86-64 machine.
 * Not under the sanitizers: the choice runs before they are set up.
 */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FOVEA_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define FOVEA_VECTORISED
#endif

/** \brief Before a loop that GCC would not take: what it writes is nothing that it reads later */
#if defined(__GNUC__) && !defined(__clang__)
#define FOVEA_INDEPENDENT _Pragma("GCC ivdep")
#else
#define FOVEA_INDEPENDENT
#endif
