// SPDX-License-Identifier: MIT
#include "fovea/pose/decode_pose.h"

#include <cmath>

#include "fovea/core/sigmoid.h"

namespace fovea {

namespace {

constexpr float near_enough = 1.8F; ///< cells added to each distance

struct Cell {
    std::int64_t row = 0;
    std::int64_t column = 0;
};

/** \brief One crop's map */
class Map
{
public:
    Map(const Array &all, std::int64_t crop)
        : height_(all.shape[1]),
          width_(all.shape[2]),
          channels_(all.shape[3]),
          values_(all.values.data() + crop * height_ * width_ * channels_)
    {
    }

    float at(const Cell &cell, std::int64_t channel) const
    {
        return values_[(cell.row * width_ + cell.column) * channels_ + channel];
    }

    /** \brief The first cell of the highest probability over the distance to a place */
    Cell best_near(std::int64_t channel, float row, float column) const
    {
        Cell best;
        float most = -1;
        for (Cell cell; cell.row < height_; ++cell.row) {
            for (cell.column = 0; cell.column < width_; ++cell.column) {
                const float distance = std::hypot(static_cast<float>(cell.row) - row,
                                                  static_cast<float>(cell.column) - column);
                const float value = sigmoid(at(cell, channel)) / (distance + near_enough);
                if (value > most) {
                    most = value;
                    best = cell;
                }
            }
        }
        return best;
    }

    std::int64_t height() const { return height_; }

    std::int64_t width() const { return width_; }

private:
    std::int64_t height_;
    std::int64_t width_;
    std::int64_t channels_;
    const float *values_;
};

} // namespace

Pose decode_pose(const std::vector<Array> &maps, std::int64_t crop)
{
    const Map heat(maps[heatmap_map], crop);
    const Map centres(maps[centre_map], crop);
    const Map regress(maps[regress_map], crop);
    const Map offset(maps[offset_map], crop);
    const auto height = static_cast<float>(heat.height());
    const auto width = static_cast<float>(heat.width());
    const Cell centre = centres.best_near(0, height / 2, width / 2);
    Pose pose;
    for (std::size_t i = 0; i < pose.size(); ++i) {
        const auto y = static_cast<std::int64_t>(2 * i);
        const Cell cell = heat.best_near(
            static_cast<std::int64_t>(i), static_cast<float>(centre.row) + regress.at(centre, y),
            static_cast<float>(centre.column) + regress.at(centre, y + 1));
        pose[i] = {(static_cast<float>(cell.column) + offset.at(cell, y + 1)) / width,
                   (static_cast<float>(cell.row) + offset.at(cell, y)) / height,
                   sigmoid(heat.at(cell, static_cast<std::int64_t>(i)))};
    }
    return pose;
}

} // namespace fovea
