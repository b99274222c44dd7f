// SPDX-License-Identifier: MIT
#include "fovea/detect/network_output.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include "fovea/core/array.h"
#include "fovea/core/errors.h"
#include "fovea/core/sigmoid.h"

namespace fovea {

namespace {

constexpr int box_and_objectness = 5;
constexpr const char *darknet_shape = "[rows, 5 + classes]";
constexpr const char *fastest_det_shape = "[1, 5 + classes, h, w]";

std::string more_than(int person_class)
{
    return "more than " + std::to_string(person_class);
}

Error wrong_shape(const std::string &expected, const NetworkOutput &output,
                  const std::string &classes)
{
    return {Error::Kind::Init,
            "expected an output of " + expected + " with " + classes + " classes, got " +
                sizes_text(output.shape) +
                "; is the network of another layout, or the card's entry 'classes' wrong?"};
}

float fastest_det_score(float objectness, float of_class)
{
    return std::pow(objectness, 0.6F) * std::pow(of_class, 0.4F);
}

/** \brief Adds a person unless nothing of the box lies in the image */
void add(std::vector<Person> &persons, float centre_x, float centre_y, float width, float height,
         float score)
{
    const Box box =
        intersected({centre_x - width / 2, centre_y - height / 2, width, height}, whole_frame);
    if (box.area() > 0)
        persons.push_back({box, score});
}

} // namespace

std::vector<Person> decode_darknet_yolo(const NetworkOutput &output, const DecodeOptions &options)
{
    const std::vector<int> &shape = output.shape;
    if (shape.size() != 2 || shape[1] <= box_and_objectness + options.person_class)
        throw wrong_shape(darknet_shape, output, more_than(options.person_class));
    std::vector<Person> persons;
    for (int i = 0; i < shape[0]; ++i) {
        const float *row = output.values + static_cast<std::ptrdiff_t>(i) * shape[1];
        const float score = row[box_and_objectness + options.person_class];
        if (score > 0 && score >= options.threshold)
            add(persons, row[0], row[1], row[2], row[3], score);
    }
    return persons;
}

std::vector<Person> decode_fastest_det(const NetworkOutput &output, const DecodeOptions &options)
{
    const std::vector<int> &shape = output.shape;
    if (shape.size() != 4 || shape[0] != 1 || shape[1] <= box_and_objectness + options.person_class)
        throw wrong_shape(fastest_det_shape, output, more_than(options.person_class));
    const int classes = shape[1] - box_and_objectness;
    const int height = shape[2];
    const int width = shape[3];
    const int plane = height * width;
    std::vector<Person> persons;
    for (int cell = 0; cell < plane; ++cell) {
        const auto value = [&](int channel) {
            return output.values[static_cast<std::ptrdiff_t>(channel) * plane + cell];
        };
        const float person = value(box_and_objectness + options.person_class);
        const float score = fastest_det_score(value(0), person);
        if (!(score > 0 && score >= options.threshold)) // refuses NaN too
            continue;
        bool best = true;
        for (int i = 0; i < classes && best; ++i)
            best = value(box_and_objectness + i) <= person;
        if (!best)
            continue;
        const int column = cell % width;
        const int row = cell / width;
        add(persons, (static_cast<float>(column) + std::tanh(value(1))) / static_cast<float>(width),
            (static_cast<float>(row) + std::tanh(value(2))) / static_cast<float>(height),
            sigmoid(value(3)), sigmoid(value(4)), score);
    }
    return persons;
}

void raise_to_darknet_yolo(const NetworkOutput &output, std::vector<float> *most)
{
    const std::vector<int> &shape = output.shape;
    const auto classes = static_cast<int>(most->size());
    if (shape.size() != 2 || shape[1] != box_and_objectness + classes)
        throw wrong_shape(darknet_shape, output, std::to_string(classes));
    for (int i = 0; i < shape[0]; ++i) {
        const float *scores =
            output.values + static_cast<std::ptrdiff_t>(i) * shape[1] + box_and_objectness;
        for (std::size_t c = 0; c < most->size(); ++c)
            (*most)[c] = std::max((*most)[c], scores[c]);
    }
}

void raise_to_fastest_det(const NetworkOutput &output, std::vector<float> *most)
{
    const std::vector<int> &shape = output.shape;
    const auto classes = static_cast<int>(most->size());
    if (shape.size() != 4 || shape[0] != 1 || shape[1] != box_and_objectness + classes)
        throw wrong_shape(fastest_det_shape, output, std::to_string(classes));
    const std::ptrdiff_t plane = static_cast<std::ptrdiff_t>(shape[2]) * shape[3];
    for (std::size_t c = 0; c < most->size(); ++c) {
        const float *of_class =
            output.values + (box_and_objectness + static_cast<std::ptrdiff_t>(c)) * plane;
        for (std::ptrdiff_t cell = 0; cell < plane; ++cell)
            (*most)[c] =
                std::max((*most)[c], fastest_det_score(output.values[cell], of_class[cell]));
    }
}

} // namespace fovea
