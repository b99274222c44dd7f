// SPDX-License-Identifier: MIT
#include "fovea/core/errors.h"

#include "fovea/core/printable.h"

namespace fovea {

Error::Error(Kind kind, const std::string &message)
    : std::runtime_error(printable(message)), kind_(kind)
{
}

} // namespace fovea
