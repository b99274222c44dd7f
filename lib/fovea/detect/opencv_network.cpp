// SPDX-License-Identifier: MIT
#include "fovea/detect/opencv_network.h"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>

#include "fovea/detect/opencv_version.h"

namespace fovea {

namespace {

using Kind = Error::Kind;

/** \brief True: run on CUDA */
bool wants_cuda(const std::string &device)
{
    if (device != "auto" && device != "cpu" && device != "cuda")
        throw Error(Kind::Settings, "device: expected auto, cpu or cuda, got '" + device + "'");
    if (device == "cpu")
        return false;
    const auto targets = cv::dnn::getAvailableTargets(cv::dnn::DNN_BACKEND_CUDA);
    const bool there =
        std::find(targets.begin(), targets.end(), cv::dnn::DNN_TARGET_CUDA) != targets.end();
    if (device == "cuda" && !there)
        throw Error(Kind::Settings, "device: expected an OpenCV with CUDA and a CUDA device for "
                                    "'cuda', OpenCV " CV_VERSION " has none here; use device=cpu "
                                    "or device=auto, or an OpenCV built with OPENCV_DNN_CUDA");
    return there;
}

/** \brief OpenCV's reason without its place in OpenCV; other libraries' exceptions come through it, too */
std::string reason_of(const std::exception &error)
{
    const auto *own = dynamic_cast<const cv::Exception *>(&error);
    return own != nullptr && !own->err.empty() ? own->err : error.what();
}

cv::dnn::Net read_network(const DnnDetectorOptions &options)
{
    const bool darknet = options.layout->files == NetworkFiles::Darknet;
    const std::string files =
        options.network.string() + (darknet ? "' with '" + options.weights.string() : "");
    try {
        return darknet
                   ? cv::dnn::readNetFromDarknet(options.network.string(), options.weights.string())
                   : cv::dnn::readNetFromONNX(options.network.string());
    } catch (const std::exception &error) {
        throw Error(Kind::Init, "detector '" + files + "': expected " +
                                    (darknet ? "a darknet network" : "an ONNX network") +
                                    ", OpenCV cannot read it: " + reason_of(error) +
                                    "; fetch the files again");
    }
}

class OpencvNetwork final : public DnnNetwork
{
public:
    explicit OpencvNetwork(const DnnDetectorOptions &options) : DnnNetwork(options)
    {
        // OpenCV writes to stderr what it throws as well
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
        const bool cuda = wants_cuda(options.device);
        net_ = read_network(options);
        net_.setPreferableBackend(cuda ? cv::dnn::DNN_BACKEND_CUDA : cv::dnn::DNN_BACKEND_OPENCV);
        net_.setPreferableTarget(cuda ? cv::dnn::DNN_TARGET_CUDA : cv::dnn::DNN_TARGET_CPU);
        if (options.threads > 0)
            cv::setNumThreads(options.threads);
        output_names_ = net_.getUnconnectedOutLayersNames();
    }

    void run(const RgbImage &image, const Reader &read) override;

    void run(const float *planes, const Reader &read) override;

    std::string runtime() const override { return "OpenCV " + opencv_version() + ", fp32"; }

private:
    void forward(const std::function<void()> &fill_blob, const Reader &read);

    cv::dnn::Net net_;
    std::vector<std::string> output_names_;
    cv::Mat blob_; ///< float [1, 3, height, width], colours in the network's order
    std::vector<cv::Mat> outputs_;
};

void OpencvNetwork::run(const RgbImage &image, const Reader &read)
{
    forward(
        [&] {
            // OpenCV has no matrix over const memory; it is only read
            const cv::Mat rgb(image.size.height, image.size.width, CV_8UC3,
                              const_cast<std::uint8_t *>(image.pixels.data()));
            cv::dnn::blobFromImage(rgb, blob_, 1 / 255.0,
                                   cv::Size(options().input.width, options().input.height),
                                   cv::Scalar(), /*swapRB=*/options().bgr, /*crop=*/false);
        },
        read);
}

void OpencvNetwork::run(const float *planes, const Reader &read)
{
    forward(
        [&] {
            const int shape[] = {1, 3, options().input.height, options().input.width};
            blob_.create(4, shape, CV_32F);
            const std::size_t plane = blob_.total() / 3;
            for (std::size_t colour = 0; colour < 3; ++colour)
                std::copy_n(planes + (options().bgr ? 2 - colour : colour) * plane, plane,
                            blob_.ptr<float>() + colour * plane);
        },
        read);
}

void OpencvNetwork::forward(const std::function<void()> &fill_blob, const Reader &read)
{
    try {
        fill_blob();
        net_.setInput(blob_);
        net_.forward(outputs_, output_names_); // headers of the network's own memory
    } catch (const std::exception &error) {
        throw failed("OpenCV failed on an image: " + reason_of(error));
    }
    for (const cv::Mat &output : outputs_) {
        if (output.type() != CV_32F || !output.isContinuous())
            throw failed("expected an output of 32-bit floats, got " +
                         cv::typeToString(output.type()));
        give({{output.size.p, output.size.p + output.dims}, output.ptr<float>()}, read);
    }
}

} // namespace

std::unique_ptr<DnnNetwork> make_opencv_network(const DnnDetectorOptions &options)
{
    return std::make_unique<OpencvNetwork>(options);
}

} // namespace fovea
