// SPDX-License-Identifier: MIT
#include "fovea/bundle/object_extractor.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "fovea/core/errors.h"
#include "fovea/detect/object_scorer.h"

namespace fovea {

namespace {

class ObjectExtractor final : public FeatureExtractor
{
public:
    explicit ObjectExtractor(const DnnDetectorOptions &options)
        : size_(options.input), classes_(options.classes), scorer_(make_object_scorer(options))
    {
    }

    Array rows(const Array &clips) override
    {
        check(clips.shape);
        const std::int64_t frames = clips.shape[2];
        const auto plane = static_cast<std::size_t>(size_.width) * size_.height;
        const std::size_t clip = clips.values.size() / static_cast<std::size_t>(clips.shape[0]);
        Array rows({clips.shape[0], frames, classes_});
        std::vector<float> picture(3 * plane);
        float *row = rows.values.data();
        const std::lock_guard lock(mutex_);
        for (std::int64_t i = 0; i < clips.shape[0] * frames; ++i, row += classes_) {
            // The colours of one frame stand apart in a clip
            const float *first = clips.values.data() + static_cast<std::size_t>(i / frames) * clip +
                                 static_cast<std::size_t>(i % frames) * plane;
            for (std::size_t colour = 0; colour < 3; ++colour)
                std::copy_n(first + colour * plane * static_cast<std::size_t>(frames), plane,
                            picture.data() + colour * plane);
            const std::vector<float> scores = scorer_->scores(picture.data());
            std::copy(scores.begin(), scores.end(), row);
        }
        return rows;
    }

    std::int64_t channels() const override { return classes_; }

    std::int64_t rows_of(std::int64_t frames) const override { return frames; }

    std::string runtime() const override { return scorer_->runtime(); }

private:
    void check(const std::vector<std::int64_t> &shape) const
    {
        if (shape.size() == 5 && shape[0] > 0 && shape[1] == 3 && shape[2] > 0 &&
            shape[3] == size_.height && shape[4] == size_.width)
            return;
        throw Error(Error::Kind::Settings,
                    "clips: expected [N, 3, T, " + std::to_string(size_.height) + ", " +
                        std::to_string(size_.width) + "], got " + sizes_text(shape));
    }

    ImageSize size_;
    std::int64_t classes_;
    std::unique_ptr<ObjectScorer> scorer_;
    std::mutex mutex_; ///< guards scorer_
};

} // namespace

std::unique_ptr<FeatureExtractor> make_object_extractor(const DnnDetectorOptions &options)
{
    return std::make_unique<ObjectExtractor>(options);
}

} // namespace fovea
