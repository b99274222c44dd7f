// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/engine/onednn/value_format.h"

namespace fovea {

class OnednnNetwork;

/** \brief True where bf16 convolutions are faster than float ones: avx512_bf16 */
bool cpu_has_bf16();

/** \brief True where convolutions of 8 bits are fast and exact: avx512_vnni */
bool cpu_has_int8();

/** \brief That EngineOptions::device is one of oneDNN's \throw Error Settings */
void check_is_cpu(const std::string &device);

/**
 * \brief How EngineOptions::precision keeps numbers on this processor
 * \throw Error Settings for a precision that is not known or not there
 */
Element element_for(const std::string &precision);

/** \brief "oneDNN 2.6.3, cpu, 2 threads, fp32" */
std::string runtime_of(const OnednnNetwork &network);

} // namespace fovea
