// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/core/person.h"

namespace fovea {

/** \brief A network's output, row-major; owns nothing */
struct NetworkOutput {
    std::vector<int> shape;
    const float *values = nullptr;
};

struct DecodeOptions {
    int person_class = 0;   ///< index of "person" among the classes
    float threshold = 0.5F; ///< score, in [0, 1]
};

/**
 * \brief Persons in an output of OpenCV's YOLO layer, before NMS
 *
 * \param output [rows, 5 + classes]: centre x, y, width, height (normalised), objectness, class
 * scores already multiplied by the objectness. OpenCV sets class scores under 0.2 to 0: no
 * threshold goes lower
 * \return boxes clipped to the image, in the order of the rows
 * \throw Error Init with the shape expected and got
 */
std::vector<Person> decode_darknet_yolo(const NetworkOutput &output, const DecodeOptions &options);

/**
 * \brief Persons in FastestDet's output, before NMS
 *
 * \param output [1, 5 + classes, h, w]: objectness and class probabilities in [0, 1] (sigmoid and
 * softmax are in the network), and raw x, y, width, height. The centre is (column + tanh x) / w,
 * (row + tanh y) / h, the size sigmoid(width), sigmoid(height), all relative to the image. Score:
 * objectness^0.6 * class^0.4, for the best class only. Source: dog-qiuqiu/FastestDet,
 * example/ncnn/FastestDet.cpp, which draws boxes from 0.65 up
 * \return boxes clipped to the image, in the order of the cells
 * \throw Error Init with the shape expected and got
 */
std::vector<Person> decode_fastest_det(const NetworkOutput &output, const DecodeOptions &options);

/**
 * \brief Raises each class to its highest score in an output as of decode_darknet_yolo()
 * \throw Error Init when it has another shape or other than most->size() classes
 */
void raise_to_darknet_yolo(const NetworkOutput &output, std::vector<float> *most);

/** \brief The same of an output as of decode_fastest_det(): by its scores, of all classes */
void raise_to_fastest_det(const NetworkOutput &output, std::vector<float> *most);

} // namespace fovea
