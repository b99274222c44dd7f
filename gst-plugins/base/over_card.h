// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"

namespace fovea {

/**
 * \brief What a property says over the card; none: it is -1, as the card says
 * \throw Error Settings naming the property: another value below 0, which its GObject's range lets through
 */
template <typename Number>
std::optional<Number> over_card(const char *property, Number value, Number most)
{
    if (value >= 0)
        return value;
    if (value == -1)
        return std::nullopt;
    throw Error(Error::Kind::Settings,
                formatted("property %s is %g, expected 0 to %g, or -1: as the card says", property,
                          static_cast<double>(value), static_cast<double>(most)));
}

} // namespace fovea
