// SPDX-License-Identifier: MIT
#include "fovea/detect/object_scorer.h"

#include <cstddef>

#include "fovea/detect/dnn_network.h"

namespace fovea {

namespace {

class DnnObjectScorer final : public ObjectScorer
{
public:
    explicit DnnObjectScorer(const DnnDetectorOptions &options)
        : network_(make_dnn_network(options))
    {
        const auto pixels = static_cast<std::size_t>(options.input.width) *
                            static_cast<std::size_t>(options.input.height);
        const std::vector<float> grey(3 * pixels, 0.5F);
        scores(grey.data()); // a wrong layout shows now
    }

    std::vector<float> scores(const float *planes) override
    {
        const DnnDetectorOptions &options = network_->options();
        std::vector<float> most(static_cast<std::size_t>(options.classes), 0.0F);
        network_->run(planes,
                      [&](const NetworkOutput &output) { options.layout->raise(output, &most); });
        return most;
    }

    std::string runtime() const override { return network_->runtime(); }

private:
    std::unique_ptr<DnnNetwork> network_;
};

} // namespace

std::unique_ptr<ObjectScorer> make_object_scorer(const DnnDetectorOptions &options)
{
    return std::make_unique<DnnObjectScorer>(options);
}

} // namespace fovea
