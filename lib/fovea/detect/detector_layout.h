// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/core/names.h"
#include "fovea/detect/network_output.h"

namespace fovea {

/** \brief In which files a detector's network is */
enum class NetworkFiles {
    Darknet, ///< .cfg and .weights
    Onnx     ///< .onnx alone
};

/** \brief The form of a detector's network and of its output */
struct DetectorLayout {
    const char *name; ///< in a card's entry `layout`
    NetworkFiles files;
    std::vector<Person> (*decode)(const NetworkOutput &output, const DecodeOptions &options);

    /** Raises each class to its highest score in an output; throws Error Init when it does not fit */
    void (*raise)(const NetworkOutput &output, std::vector<float> *most);
};

/** \brief Every layout that is known: another one is a row more */
inline constexpr DetectorLayout detector_layouts[] = {
    {"darknet-yolo", NetworkFiles::Darknet, decode_darknet_yolo, raise_to_darknet_yolo},
    {"fastestdet", NetworkFiles::Onnx, decode_fastest_det, raise_to_fastest_det}};

} // namespace fovea
