// SPDX-License-Identifier: MIT
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

    using Reader = std::function<void(const NetworkOutput &)>;

    /**
     * \param image of any size: stretched to the input
     * \param read is given each output, good until it returns
     * \throw Error Init, with the network's file, when OpenCV fails, an output is not of 32-bit
     * floats, or \a read says that it is not what was expected
     */
    void run(const RgbImage &image, const Reader &read);

    /** \brief The same \param planes R, G and B of the input's size, in [0, 1] */
    void run(const float *planes, const Reader &read);

    const DnnDetectorOptions &options() const { return options_; }

private:
    Error failed(const std::string &why) const;
    void forward(const std::function<void()> &fill_blob, const Reader &read);

    DnnDetectorOptions options_;
    cv::dnn::Net net_;
    std::vector<std::string> output_names_;
    cv::Mat blob_; ///< float [1, 3, height, width], colours in the network's order
    std::vector<cv::Mat> outputs_;
};

} // namespace fovea
