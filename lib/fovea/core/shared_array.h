// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "fovea/core/array.h"

namespace fovea {

/** \brief A dense float array, row-major, that copies share and nobody changes: a network's weights */
class SharedArray
{
public:
    /** \brief None */
    SharedArray() = default;

    /** \param values as many as \a shape says; whatever owns them lives as long as a copy of this */
    SharedArray(std::vector<std::int64_t> shape, std::shared_ptr<const float> values)
        : shape_(std::move(shape)), values_(std::move(values))
    {
    }

    explicit SharedArray(Array array) : shape_(array.shape)
    {
        const auto owner = std::make_shared<const std::vector<float>>(std::move(array.values));
        values_ = std::shared_ptr<const float>(owner, owner->data());
    }

    bool defined() const { return values_ != nullptr; }

    const std::vector<std::int64_t> &shape() const { return shape_; }

    std::int64_t size(std::size_t dimension) const { return shape_[dimension]; }

    /** \brief Number of values */
    std::int64_t count() const
    {
        std::int64_t count = 1;
        for (const std::int64_t size : shape_)
            count *= size;
        return defined() ? count : 0;
    }

    const float *data() const { return values_.get(); }

    /** \brief Who owns the values, for what refers to them without a copy */
    const std::shared_ptr<const float> &values() const { return values_; }

private:
    std::vector<std::int64_t> shape_;
    std::shared_ptr<const float> values_;
};

} // namespace fovea
