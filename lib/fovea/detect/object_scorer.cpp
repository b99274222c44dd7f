#include "fovea/detect/object_scorer.h"

#include <algorithm>
#include <cstddef>

#include "fovea/detect/dnn_network.h"

namespace fovea {

namespace {

class DnnObjectScorer final : public ObjectScorer
{
public:
    explicit DnnObjectScorer(const DnnDetectorOptions &options) : network_(options)
    {
        const std::vector<float> grey(3 * plane(), 0.5F);
        scores(grey.data()); // a wrong layout shows now
    }

    std::vector<float> scores(const float *planes) override
    {
        const DnnDetectorOptions &options = network_.options();
        const int shape[] = {1, 3, options.input.height, options.input.width};
        blob_.create(4, shape, CV_32F);
        for (std::size_t colour = 0; colour < 3; ++colour)
            std::copy_n(planes + (options.bgr ? 2 - colour : colour) * plane(), plane(),
                        blob_.ptr<float>() + colour * plane());
        std::vector<float> most(static_cast<std::size_t>(options.classes), 0.0F);
        network_.run(blob_, [&](const NetworkOutput &output) {
            if (options.layout == DetectorLayout::DarknetYolo)
                raise_to_darknet_yolo(output, &most);
            else
                raise_to_fastest_det(output, &most);
        });
        return most;
    }

private:
    std::size_t plane() const
    {
        const ImageSize size = network_.options().input;
        return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
    }

    DnnNetwork network_;
    cv::Mat blob_;
};

} // namespace

std::unique_ptr<ObjectScorer> make_object_scorer(const DnnDetectorOptions &options)
{
    return std::make_unique<DnnObjectScorer>(options);
}

} // namespace fovea
