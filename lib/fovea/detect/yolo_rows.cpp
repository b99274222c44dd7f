// SPDX-License-Identifier: MIT
#include "fovea/detect/yolo_rows.h"

#include <cmath>

#include "fovea/core/sigmoid.h"

namespace fovea {

namespace {

/** \brief Where in its cell a centre lies, 0 to 1 or a little beyond */
float in_cell(float x, float scale)
{
    return (sigmoid(x) - 0.5F) * scale + 0.5F;
}

} // namespace

void yolo_rows(const Array &map, const DarknetLayer &layer, ImageSize input,
               std::vector<float> *rows)
{
    const std::int64_t height = map.shape[1];
    const std::int64_t width = map.shape[2];
    const auto classes = static_cast<std::size_t>(layer.classes);
    rows->assign(map.values.size(), 0);
    const float *from = map.values.data();
    float *to = rows->data();
    for (std::int64_t cell = 0; cell < height * width; ++cell) {
        for (const auto &[anchor_width, anchor_height] : layer.anchors) {
            const float objectness = sigmoid(from[4]);
            to[0] = (static_cast<float>(cell % width) + in_cell(from[0], layer.scale_xy)) /
                    static_cast<float>(width);
            to[1] = (static_cast<float>(cell / width) + in_cell(from[1], layer.scale_xy)) /
                    static_cast<float>(height);
            to[2] = std::exp(from[2]) * anchor_width / static_cast<float>(input.width);
            to[3] = std::exp(from[3]) * anchor_height / static_cast<float>(input.height);
            to[4] = objectness;
            for (std::size_t i = 0; objectness > least_yolo_score && i < classes; ++i) {
                const float score = objectness * sigmoid(from[5 + i]);
                to[5 + i] = score > least_yolo_score ? score : 0;
            }
            from += 5 + classes;
            to += 5 + classes;
        }
    }
}

} // namespace fovea
