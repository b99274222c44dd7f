// SPDX-License-Identifier: MIT
#include "fovea/detect/dnn_detector.h"

#include <utility>
#include <vector>

#include "fovea/detect/dnn_network.h"
#include "fovea/detect/nms.h"

namespace fovea {

namespace {

class DnnDetector final : public Detector
{
public:
    explicit DnnDetector(std::unique_ptr<DnnNetwork> network) : network_(std::move(network)) {}

    explicit DnnDetector(const DnnDetectorOptions &options)
        : DnnDetector(make_dnn_network(options, SoughtClasses::Person))
    {
        // A wrong layout, and what is prepared at the first image, show now and not in a stream
        RgbImage grey = {options.input, {}};
        grey.pixels.assign(static_cast<std::size_t>(3) * options.input.width * options.input.height,
                           128);
        detect(grey, /*threshold=*/1);
    }

    ImageSize input_size(ImageSize /*source*/) const override { return network_->options().input; }

    std::string runtime() const override { return network_->runtime(); }

    std::unique_ptr<Detector> twin() const override
    {
        auto network = network_->twin();
        return network == nullptr ? nullptr : std::make_unique<DnnDetector>(std::move(network));
    }

    std::vector<Person> detect(const RgbImage &image, float threshold) override
    {
        const DnnDetectorOptions &options = network_->options();
        const DecodeOptions decode = {network_->person_class(), threshold};
        std::vector<Person> persons;
        network_->run(image, [&](const NetworkOutput &output) {
            const auto found = options.layout->decode(output, decode);
            persons.insert(persons.end(), found.begin(), found.end());
        });
        return suppress_overlaps(std::move(persons), options.nms_threshold);
    }

private:
    std::unique_ptr<DnnNetwork> network_;
};

} // namespace

std::unique_ptr<Detector> make_dnn_detector(const DnnDetectorOptions &options)
{
    return std::make_unique<DnnDetector>(options);
}

} // namespace fovea
