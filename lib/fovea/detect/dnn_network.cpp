// SPDX-License-Identifier: MIT
#include "fovea/detect/dnn_network.h"

#include <utility>

#include "fovea/core/mapped_file.h"
#include "fovea/detect/darknet_class.h"
#include "fovea/detect/darknet_graph.h"
#include "fovea/detect/darknet_weights.h"
#include "fovea/detect/engine_network.h"
#include "fovea/detect/opencv_network.h"

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

DarknetNetwork read_network(const DnnDetectorOptions &options)
{
    try {
        return read_darknet_cfg(MappedFile(options.network, "detector network").bytes(),
                                options.input);
    } catch (const Error &error) {
        throw Error(error.kind(), "detector network '" + options.network.string() +
                                      "': " + error.what() + "; fetch the file again");
    }
}

/** A darknet network is checked even where OpenCV reads it, which divides by its numbers unseen */
std::unique_ptr<DnnNetwork> make_darknet_network(const DnnDetectorOptions &options,
                                                 SoughtClasses sought)
{
    DarknetNetwork network = read_network(options);
    const std::vector<float> weights =
        read_darknet_weights(options.weights, network.parameters, options.network);
    const std::string foreign = why_no_graph(network);
    if (options.engine == "opencv" || (options.engine == "auto" && !foreign.empty()))
        return make_opencv_network(options);
    if (!foreign.empty())
        throw Error(Kind::Settings, "detector network '" + options.network.string() + "': " +
                                        foreign + " is only for OpenCV; use engine auto or opencv");
    const bool of_persons =
        sought == SoughtClasses::Person && keep_class(&network, options.person_class);
    return make_engine_network(options, std::move(network), weights,
                               of_persons ? 0 : options.person_class);
}

} // namespace

Error DnnNetwork::failed(const std::string &why) const
{
    return {Kind::Init, "detector '" + options_.network.string() + "': " + why};
}

void DnnNetwork::give(const NetworkOutput &output, const Reader &read) const
{
    try {
        read(output);
    } catch (const Error &error) {
        throw failed(error.what());
    }
}

std::unique_ptr<DnnNetwork> make_dnn_network(const DnnDetectorOptions &options,
                                             SoughtClasses sought)
{
    check_numbers(options);
    check_file(options.network, "network");
    if (options.layout->files == NetworkFiles::Onnx) {
        if (options.engine != "auto" && options.engine != "opencv")
            throw Error(Kind::Settings, "detector '" + options.network.string() +
                                            "': an ONNX network runs in OpenCV, not in engine '" +
                                            options.engine + "'; use auto or opencv");
        return make_opencv_network(options);
    }
    check_file(options.weights, "weights");
    return make_darknet_network(options, sought);
}

} // namespace fovea
