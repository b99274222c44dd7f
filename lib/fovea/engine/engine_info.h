// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea {

/** \brief "1.13.1" */
std::string libtorch_version();

/** \brief "2.6.3": what runs networks on the CPU */
std::string onednn_version();

/** \brief What precision=auto means on this processor: "bf16" or "fp32" */
std::string cpu_precision();

/** \brief Whether LibTorch computes on a GPU here: "2 devices", or why not */
std::string libtorch_cuda();

/** \brief Likewise: true where there is one */
bool libtorch_finds_gpu();

} // namespace fovea
