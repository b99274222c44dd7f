#pragma once

#include <filesystem>
#include <string>

#include "fovea/detect/detector.h"

namespace fovea {

enum class DetectorLayout {
    DarknetYolo, ///< cfg + weights; rows of x, y, w, h, objectness, class scores
    FastestDet   ///< ONNX; [1, 85, h, w]: objectness, tanh dx dy, sigmoid w h, 80 classes
};

struct DnnDetectorOptions {
    DetectorLayout layout = DetectorLayout::DarknetYolo;
    std::filesystem::path network; ///< .cfg (darknet) or .onnx
    std::filesystem::path weights; ///< .weights (darknet); empty for ONNX
    ImageSize input = {320, 320};  ///< pixels
    bool bgr = false;              ///< the network was trained on B, G, R
    int person_class = 0;          ///< index of "person" (COCO: 0)
    float threshold = 0.5F;        ///< score, in [0, 1]
    float nms_threshold = 0.45F;   ///< IoU above which the weaker box goes
    std::string device = "auto";   ///< auto, cpu, or cuda where OpenCV was built with it
    int threads = 0;               ///< 0: OpenCV's choice
};

/** \throw Error NotFound for a missing file, Init when OpenCV cannot read it */
std::unique_ptr<Detector> make_dnn_detector(const DnnDetectorOptions &options);

} // namespace fovea
