// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace fovea {

/**
 * \brief What the library throws: one line that names the file or setting, what was expected, what
 * was found and the remedy
 *
 * Names and texts from outside may stand in it: control characters and bytes that are no UTF-8 become U+FFFD.
 * The kind tells a caller which of its own error classes fits (an element: the GStreamer domain).
 */
class Error : public std::runtime_error
{
public:
    enum class Kind {
        NotFound,   ///< a file, model or device is not there
        Settings,   ///< a property, argument or card is wrong
        Init,       ///< a library or device does not start
        CannotWrite ///< an output cannot be written
    };

    Error(Kind kind, const std::string &message);

    Kind kind() const { return kind_; }

private:
    Kind kind_;
};

} // namespace fovea
