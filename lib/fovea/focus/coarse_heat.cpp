// SPDX-License-Identifier: MIT
#include "fovea/focus/coarse_heat.h"

#include <algorithm>
#include <cmath>

namespace fovea {

HeatMap coarse_heat(const std::vector<float> &saliency, ImageSize size, const Box &covers,
                    int cells)
{
    HeatMap heat = {covers, std::min(cells, size.width), std::min(cells, size.height), {}};
    std::vector<double> means;
    for (int row = 0; row < heat.rows; ++row) {
        const int top = row * size.height / heat.rows;
        const int bottom = (row + 1) * size.height / heat.rows;
        for (int column = 0; column < heat.columns; ++column) {
            const int left = column * size.width / heat.columns;
            const int right = (column + 1) * size.width / heat.columns;
            double sum = 0;
            for (int y = top; y < bottom; ++y)
                for (int x = left; x < right; ++x)
                    sum += static_cast<double>(saliency[static_cast<std::size_t>(y) *
                                                            static_cast<std::size_t>(size.width) +
                                                        static_cast<std::size_t>(x)]);
            means.push_back(sum / ((bottom - top) * (right - left)));
        }
    }
    const double most = means.empty() ? 0 : *std::max_element(means.begin(), means.end());
    for (const double mean : means)
        heat.values.push_back(
            static_cast<std::uint8_t>(most > 0 ? std::lround(mean / most * 255) : 0));
    return heat;
}

} // namespace fovea
