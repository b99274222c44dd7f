// SPDX-License-Identifier: MIT
#include "fovea/detect/dnn_network.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <exception>
#include <string_view>

#include <opencv2/core/utils/logger.hpp>

#include "fovea/core/errors.h"
#include "fovea/core/mapped_file.h"
#include "fovea/detect/darknet_cfg.h"

namespace fovea {

namespace {

using Kind = Error::Kind;

void check_file(const std::filesystem::path &file, const char *what)
{
    if (!std::filesystem::is_regular_file(file))
        throw Error(Kind::NotFound, "detector " + std::string(what) + " '" + file.string() +
                                        "': expected a file, found none; fetch the detector's "
                                        "files or correct the path");
}

void check_numbers(const DnnDetectorOptions &options)
{
    const auto refuse = [](const std::string &message) { throw Error(Kind::Settings, message); };
    if (options.input.width < 1 || options.input.height < 1)
        refuse("input: expected a size of 1x1 pixels or more, got " +
               std::to_string(options.input.width) + "x" + std::to_string(options.input.height));
    if (options.person_class < 0)
        refuse("person_class: expected 0 or more, got " + std::to_string(options.person_class));
    if (options.threads < 0)
        refuse("threads: expected 0 or more, got " + std::to_string(options.threads));
}

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

/** \brief Whether the cfg describes a network, and the weights file fills it exactly */
void check_darknet(const DnnDetectorOptions &options)
{
    DarknetSize size;
    try {
        size = check_darknet_cfg(MappedFile(options.network, "detector network").bytes(),
                                 options.input);
    } catch (const Error &error) {
        throw Error(error.kind(), "detector network '" + options.network.string() +
                                      "': " + error.what() + "; fetch the file again");
    }
    const MappedFile weights(options.weights, "detector weights");
    const std::string_view bytes = weights.bytes();
    const std::string name = "detector weights '" + options.weights.string() + "': ";
    std::int32_t version[2] = {};
    if (bytes.size() >= sizeof version)
        std::memcpy(version, bytes.data(), sizeof version);
    // Its header counts the images it saw: in 4 bytes, from version 0.2 on in 8
    const std::size_t header = version[0] > 0 || version[1] >= 2 ? 20 : 16;
    const std::size_t expected = header + static_cast<std::size_t>(size.parameters) * sizeof(float);
    if (bytes.size() != expected)
        throw Error(Kind::Init, name + "expected " + std::to_string(expected) + " bytes for '" +
                                    options.network.string() + "', got " +
                                    std::to_string(bytes.size()) + "; fetch the file again");
    for (std::size_t at = header; at < expected; at += sizeof(float)) {
        float value = 0;
        std::memcpy(&value, bytes.data() + at, sizeof value);
        if (!std::isfinite(value))
            throw Error(Kind::Init, name + "the number at byte " + std::to_string(at) +
                                        " is NaN or infinite; fetch the file again");
    }
}

/** \brief OpenCV's reason without its place in OpenCV; other libraries' exceptions come through it, too */
std::string reason_of(const std::exception &error)
{
    const auto *own = dynamic_cast<const cv::Exception *>(&error);
    return own != nullptr && !own->err.empty() ? own->err : error.what();
}

cv::dnn::Net read_network(const DnnDetectorOptions &options)
{
    check_file(options.network, "network");
    const bool darknet = options.layout->files == NetworkFiles::Darknet;
    if (darknet)
        check_file(options.weights, "weights");
    const std::string files =
        options.network.string() + (darknet ? "' with '" + options.weights.string() : "");
    if (darknet)
        check_darknet(options);
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

} // namespace

DnnNetwork::DnnNetwork(const DnnDetectorOptions &options) : options_(options)
{
    check_numbers(options);
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

void DnnNetwork::run(const RgbImage &image, const Reader &read)
{
    forward(
        [&] {
            // OpenCV has no matrix over const memory; it is only read
            const cv::Mat rgb(image.size.height, image.size.width, CV_8UC3,
                              const_cast<std::uint8_t *>(image.pixels.data()));
            cv::dnn::blobFromImage(rgb, blob_, 1 / 255.0,
                                   cv::Size(options_.input.width, options_.input.height),
                                   cv::Scalar(), /*swapRB=*/options_.bgr, /*crop=*/false);
        },
        read);
}

void DnnNetwork::run(const float *planes, const Reader &read)
{
    forward(
        [&] {
            const int shape[] = {1, 3, options_.input.height, options_.input.width};
            blob_.create(4, shape, CV_32F);
            const std::size_t plane = blob_.total() / 3;
            for (std::size_t colour = 0; colour < 3; ++colour)
                std::copy_n(planes + (options_.bgr ? 2 - colour : colour) * plane, plane,
                            blob_.ptr<float>() + colour * plane);
        },
        read);
}

void DnnNetwork::forward(const std::function<void()> &fill_blob, const Reader &read)
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
        try {
            read({{output.size.p, output.size.p + output.dims}, output.ptr<float>()});
        } catch (const Error &error) {
            throw failed(error.what());
        }
    }
}

Error DnnNetwork::failed(const std::string &why) const
{
    return {Kind::Init, "detector '" + options_.network.string() + "': " + why};
}

} // namespace fovea
