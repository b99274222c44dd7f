#pragma once

#include <string>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

#include "fovea/core/errors.h"
#include "fovea/detect/dnn_detector.h"
#include "fovea/detect/network_output.h"

namespace fovea {

/** \brief A detector's network in OpenCV; one instance serves one thread */
class DnnNetwork
{
public:
    /** \throw Error as make_dnn_detector, but for the layout of its output */
    explicit DnnNetwork(const DnnDetectorOptions &options);

    /**
     * \param blob float [1, 3, height, width] of the input's size, in [0, 1], colours in its order
     * \return its outputs, good until the next call
     * \throw Error Init when OpenCV fails or an output is not of 32-bit floats
     */
    std::vector<NetworkOutput> run(const cv::Mat &blob);

    const DnnDetectorOptions &options() const { return options_; }

    /** \brief An error that names the network's file */
    Error failed(const std::string &why) const;

private:
    DnnDetectorOptions options_;
    cv::dnn::Net net_;
    std::vector<std::string> output_names_;
    std::vector<cv::Mat> outputs_;
};

} // namespace fovea
