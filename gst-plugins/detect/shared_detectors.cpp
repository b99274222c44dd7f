// SPDX-License-Identifier: MIT
#include "detect/shared_detectors.h"

#include <map>
#include <mutex>
#include <utility>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

/** \brief A detector that several threads ask in turns */
class DetectorInTurns final : public Detector
{
public:
    explicit DetectorInTurns(std::unique_ptr<Detector> detector) : detector_(std::move(detector)) {}

    ImageSize input_size(ImageSize source) const override { return detector_->input_size(source); }

    std::vector<Person> detect(const RgbImage &image, float threshold) override
    {
        const std::lock_guard lock(mutex_);
        return detector_->detect(image, threshold);
    }

    std::string runtime() const override { return detector_->runtime(); }

private:
    std::mutex mutex_;
    std::unique_ptr<Detector> detector_;
};

struct InUse {
    std::string model;
    std::weak_ptr<Detector> detector;
};

} // namespace

std::shared_ptr<Detector> shared_detector(const std::string &id, const std::string &model,
                                          const PictureEngine &settings)
{
    if (id.empty())
        return load_detector(model, settings);

    static std::mutex mutex; // guards the map, and makes others wait while one loads
    static std::map<std::string, InUse> in_use;
    const std::lock_guard lock(mutex);

    InUse &shared = in_use[id];
    if (auto detector = shared.detector.lock()) {
        if (shared.model != model)
            throw Error(Error::Kind::Settings,
                        "model-instance-id '" + id + "' is in use with model '" + shared.model +
                            "', got '" + model + "'; give this element another id");
        return detector;
    }
    auto detector = std::make_shared<DetectorInTurns>(load_detector(model, settings));
    shared = {model, detector};
    return detector;
}

} // namespace fovea
