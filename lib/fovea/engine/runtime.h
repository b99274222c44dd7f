#pragma once

#include <string>

namespace fovea {

/** \brief "1.13.1" */
std::string libtorch_version();

/** \brief Whether LibTorch computes on a GPU here: "2 devices", or why not */
std::string libtorch_cuda();

} // namespace fovea
