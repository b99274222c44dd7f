// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fovea/core/image.h"
#include "fovea/core/person.h"

namespace fovea {

/** \brief Finds persons in an image; one instance serves one thread */
class Detector
{
public:
    virtual ~Detector() = default;

    /** \brief The size the image should be given in, for a source of \a source pixels */
    virtual ImageSize input_size(ImageSize source) const = 0;

    /**
     * \param threshold least score, in [0, 1]
     * \return persons with boxes normalised to the image, clipped to it, best score first, after
     * NMS
     * \throw Error when the network fails on the image
     */
    virtual std::vector<Person> detect(const RgbImage &image, float threshold) = 0;

    /** \brief What runs it, to be told at start: "oneDNN 2.6.3, cpu, 1 thread, fp32" */
    virtual std::string runtime() const = 0;

    /** \brief Another that finds the same, at the same time; null where one uses all cores, or the GPU */
    virtual std::unique_ptr<Detector> twin() const { return nullptr; }
};

} // namespace fovea
