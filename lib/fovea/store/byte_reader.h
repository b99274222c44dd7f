// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "fovea/core/errors.h"

namespace fovea {

/** \brief Little-endian numbers and pieces one after another; never reads behind the last byte */
class ByteReader
{
public:
    /**
     * \param bytes must outlive this object
     * \param at where to begin; behind the end counts as the end
     */
    explicit ByteReader(std::string_view bytes, std::uint64_t at = 0)
        : bytes_(bytes), at_(std::min<std::uint64_t>(at, bytes.size()))
    {
    }

    std::uint64_t at() const { return at_; }

    std::uint64_t left() const { return bytes_.size() - at_; }

    /** \throw Error Settings when fewer are left: a size that the file states is checked before it is used */
    std::string_view take(std::uint64_t count)
    {
        if (count > left())
            throw Error(Error::Kind::Settings, "is truncated or damaged: " + std::to_string(count) +
                                                   " bytes are due at byte " + std::to_string(at_) +
                                                   ", " + std::to_string(left()) + " are left");
        const std::string_view piece = bytes_.substr(at_, count);
        at_ += count;
        return piece;
    }

    /** \brief Up to the next line end, which is taken, too. \throw Error when there is none */
    std::string_view line()
    {
        const std::size_t end = bytes_.find('\n', at_);
        if (end == std::string_view::npos)
            throw Error(Error::Kind::Settings, "is truncated or damaged: the line at byte " +
                                                   std::to_string(at_) + " does not end");
        const std::string_view text = bytes_.substr(at_, end - at_);
        at_ = end + 1;
        return text;
    }

    /** \brief A number as it lies in the file; hosts are little-endian. \throw Error as take() */
    template <typename Number>
    Number number()
    {
        Number value;
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
        return value;
    }

private:
    std::string_view bytes_;
    std::uint64_t at_;
};

} // namespace fovea
