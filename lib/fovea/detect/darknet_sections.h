// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fovea/core/errors.h"

namespace fovea {

/** \brief `[type]` of a darknet cfg and the `key=value` lines under it */
struct DarknetSection {
    struct Entry {
        std::string value; ///< without blanks
        std::size_t line = 0;
    };

    std::string type;
    std::size_t line = 0;
    std::map<std::string, Entry> entries;

    /** \brief Null where it is not there */
    const Entry *find(const std::string &key) const;

    /** \brief A whole number \throw Error Settings, with its line, unless it is from \a least to \a most */
    std::int64_t integer(const std::string &key, std::int64_t least, std::int64_t most,
                         std::int64_t fallback) const;

    /** \brief Whole numbers between commas \throw Error Settings likewise, and where there are none */
    std::vector<std::int64_t> integers(const std::string &key, std::int64_t least,
                                       std::int64_t most) const;

    /** \brief Numbers between commas, none where it is not there \throw Error Settings unless above 0 */
    std::vector<float> sizes(const std::string &key) const;
};

/** \throw Error Settings, with the line, for what has another form */
std::vector<DarknetSection> read_darknet_sections(std::string_view text);

/** \brief An error of kind Settings about a line */
Error darknet_error(std::size_t line, const std::string &what);

} // namespace fovea
