// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <new>
#include <string>
#include <string_view>

namespace fovea {

/** \brief Whether memory ran out, as C++, LibTorch and OpenCV say it */
inline bool is_of_memory(const std::exception &error)
{
    const std::string_view text = error.what();
    return dynamic_cast<const std::bad_alloc *>(&error) != nullptr ||
           text.find("can't allocate memory") != std::string_view::npos ||
           text.find("Insufficient memory") != std::string_view::npos;
}

/** \brief What is told of an exception: a line, the first of the page that LibTorch and OpenCV write */
inline std::string error_text(const std::exception &error)
{
    if (is_of_memory(error))
        return "no memory is left; allow more (ulimit -v, the limits of a container), or do less "
               "at once";
    const std::string text = error.what();
    return text.substr(0, text.find('\n'));
}

} // namespace fovea
