// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fovea/detect/dnn_detector.h"

namespace fovea {

/**
 * \brief How sure a detector is of each of its classes anywhere in a picture: features of the objects
 * that are there, whatever it is used for otherwise
 *
 * One instance serves one thread.
 */
class ObjectScorer
{
public:
    virtual ~ObjectScorer() = default;

    /**
     * \param planes R, G and B, each of the network's height x width floats in [0, 1]
     * \return for each class the highest score of all boxes, in [0, 1]; darknet: under 0.2 it is 0
     */
    virtual std::vector<float> scores(const float *planes) = 0;

    /** \brief What runs it: "oneDNN 2.6.3, cpu, 1 thread, fp32" */
    virtual std::string runtime() const = 0;
};

/**
 * \throw Error as make_dnn_detector; Init when its output has not as many classes as the options say
 */
std::unique_ptr<ObjectScorer> make_object_scorer(const DnnDetectorOptions &options);

} // namespace fovea
