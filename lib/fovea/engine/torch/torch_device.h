// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <ATen/ATen.h>

namespace fovea {

/**
 * \brief What LibTorch calls the device of EngineOptions::device
 * \throw Error Settings for a name that is not known, or a device that is not there
 */
at::Device torch_device(const std::string &name);

/** \brief GPUs that LibTorch computes on, as this process sees them */
int gpu_count();

} // namespace fovea
