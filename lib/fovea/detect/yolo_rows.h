// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/core/array.h"
#include "fovea/core/image.h"
#include "fovea/detect/darknet_cfg.h"

namespace fovea {

/** \brief Class scores under it become 0: OpenCV's number, with which published results are made */
constexpr float least_yolo_score = 0.2F;

/**
 * \brief What a [yolo] layer says of its map, in the form of OpenCV's layer
 *
 * \param map float [1, H, W, anchors (5 + classes)] as the convolution before it gives it
 * \param layer of kind Yolo \param input size of the network's, pixels
 * \param rows [cells x anchors, 5 + classes], cell by cell: centre x, y, width, height in [0, 1],
 * objectness, class scores times the objectness, those under least_yolo_score as 0; resized as needed
 * Source: darknet's src/yolo_layer.c, OpenCV's region_layer.cpp
 */
void yolo_rows(const Array &map, const DarknetLayer &layer, ImageSize input,
               std::vector<float> *rows);

} // namespace fovea
