// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea {

/** \brief What std::printf writes for \a format and its values, of any length */
std::string formatted(const char *format, ...) __attribute__((format(printf, 1, 2)));

} // namespace fovea
