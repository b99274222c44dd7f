#pragma once

#include <stdexcept>
#include <string>

namespace fovea {

/**
 * \brief What the library throws: one line that names the file or setting, what was expected, what
 * was found and the remedy
 *
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

    Error(Kind kind, const std::string &message) : std::runtime_error(message), kind_(kind) {}

    Kind kind() const { return kind_; }

private:
    Kind kind_;
};

} // namespace fovea
