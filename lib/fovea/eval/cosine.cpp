// SPDX-License-Identifier: MIT
#include "fovea/eval/cosine.h"

#include <cmath>
#include <numeric>

#include "fovea/core/errors.h"

namespace fovea {

double cosine_of(const Array &a, const Array &b)
{
    if (a.shape != b.shape)
        throw Error(Error::Kind::Settings, "cosine: expected two arrays of one shape");
    const auto product = [](const Array &x, const Array &y) {
        return std::inner_product(x.values.begin(), x.values.end(), y.values.begin(), 0.0);
    };
    const double lengths = std::sqrt(product(a, a) * product(b, b));
    return lengths == 0 ? 1 : product(a, b) / lengths;
}

} // namespace fovea
