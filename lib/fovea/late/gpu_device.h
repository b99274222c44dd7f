// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace fovea {

/**
 * \brief Whether there may be a GPU of NVIDIA's: without a device its driver need not be asked, for which the loader waits
 * while another thread loads libraries
 * \param devices /dev
 */
bool may_have_gpu(const std::filesystem::path &devices);

} // namespace fovea
