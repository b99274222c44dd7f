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

/** \throw Error Settings unless a precision is auto or fp32: LibTorch's of CPUs, and of networks of pictures */
void check_is_float(const std::string &precision);

/** \brief As many of LibTorch's from here on, for who calls: setting them takes time */
void use_threads(int threads);

/** \brief GPUs that LibTorch computes on, as this process sees them */
int gpu_count();

} // namespace fovea
