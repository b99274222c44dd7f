#pragma once

#include <functional>
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
     * \param read is given each output, good until it returns
     * \throw Error Init, with the network's file, when OpenCV fails, an output is not of 32-bit
     * floats, or \a read says that it is not what was expected
     */
    void run(const cv::Mat &blob, const std::function<void(const NetworkOutput &)> &read);

    const DnnDetectorOptions &options() const { return options_; }

private:
    Error failed(const std::string &why) const;

    DnnDetectorOptions options_;
    cv::dnn::Net net_;
    std::vector<std::string> output_names_;
    std::vector<cv::Mat> outputs_;
};

} // namespace fovea
