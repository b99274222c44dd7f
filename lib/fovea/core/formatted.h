// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

namespace fovea {

/** \brief What std::printf writes for \a format and its values, of any length */
std::string formatted(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** \brief The shortest digits that read back as the same number, whatever the locale: "1.15" */
std::string to_text(double value);

/** \brief Six places at most: "1.5", "2" */
std::string six_places(double value);

/** \brief "1 camera", "2 cameras" */
std::string counted(std::size_t count, const char *one);

} // namespace fovea
