// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "fovea/detect/detector.h"
#include "fovea/detect/detector_layout.h"
#include "fovea/engine/map_network.h"

namespace fovea {

/**
 * \brief The network sees the image stretched to its input, values in [0, 1]
 *
 * What runs it may be OpenCV too, which reads every layout: where oneDNN and LibTorch do not, or as engine `opencv`; in
 * fp32. Its threads are those of the whole process: 0 leaves them as they are, another number sets them for every
 * detector in it.
 */
struct DnnDetectorOptions : PictureEngine {
    const DetectorLayout *layout = &detector_layouts[0]; ///< one of detector_layouts
    std::filesystem::path network;                       ///< .cfg (darknet) or .onnx
    std::filesystem::path weights;                       ///< .weights (darknet); empty for ONNX
    ImageSize input = {320, 320};                        ///< pixels
    bool bgr = false;                                    ///< the network was trained on B, G, R
    int classes = 80;            ///< that the network tells apart (COCO: 80)
    int person_class = 0;        ///< index of "person" (COCO: 0)
    float nms_threshold = 0.45F; ///< IoU above which the weaker box goes
};

/**
 * \throw Error NotFound for a missing file; Settings for an unknown or missing device, engine or
 * precision, or wrong numbers; Init when OpenCV cannot read a file, the weights are not those of the network (OpenCV
 * itself takes a truncated darknet file without a word), or the output has another layout. One
 * image is run to find out
 */
std::unique_ptr<Detector> make_dnn_detector(const DnnDetectorOptions &options);

} // namespace fovea
