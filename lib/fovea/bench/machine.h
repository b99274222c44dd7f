// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea {

/** \brief The linear algebra library that LibTorch runs on in this process */
struct Blas {
    std::string name;  ///< "OpenBLAS", "MKL", "reference BLAS", or "not found"
    bool slow = false; ///< Debian's reference: 30 times slower
};

Blas loaded_blas();

/** \brief Vector extensions of this processor that matter for networks: "avx2 avx512 vnni" */
std::string cpu_features();

/** \brief The system's name of the processor: "AMD EPYC 9B45"; "unknown" where it has none */
std::string cpu_name();

} // namespace fovea
