// SPDX-License-Identifier: MIT
#include "fovea/detect/engine_network.h"

#include <exception>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "fovea/core/vectorised.h"
#include "fovea/detect/darknet_graph.h"
#include "fovea/detect/yolo_rows.h"
#include "fovea/engine/map_network.h"

namespace fovea {

namespace {

FOVEA_VECTORISED
void to_unit(float *to, const std::uint8_t *from, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        to[i] = static_cast<float>(from[i]) * (1 / 255.0F);
}

FOVEA_VECTORISED
void swap_red_and_blue(float *pixels, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i) {
        const float red = pixels[3 * i];
        pixels[3 * i] = pixels[3 * i + 2];
        pixels[3 * i + 2] = red;
    }
}

class EngineNetwork final : public DnnNetwork
{
public:
    EngineNetwork(const DnnDetectorOptions &options, DarknetNetwork network,
                  const std::vector<float> &weights, int person_class)
        : DnnNetwork(options),
          person_class_(person_class),
          network_(make_map_network(darknet_graph(network, weights), options.input, /*channels=*/3,
                                    options))
    {
        for (DarknetLayer &layer : network.layers) {
            if (layer.kind == DarknetLayer::Kind::Yolo)
                heads_.push_back(std::move(layer));
        }
    }

    EngineNetwork(const EngineNetwork &other, std::unique_ptr<MapNetwork> network)
        : DnnNetwork(other.options()),
          person_class_(other.person_class_),
          network_(std::move(network)),
          heads_(other.heads_)
    {
    }

    int person_class() const override { return person_class_; }

    void run(const RgbImage &image, const Reader &read) override
    {
        const ImageSize input = options().input;
        const std::uint8_t *pixels = image.pixels.data();
        cv::Mat stretched;
        if (image.size.width != input.width || image.size.height != input.height) {
            // OpenCV has no matrix over const memory; it is only read
            const cv::Mat rgb(image.size.height, image.size.width, CV_8UC3,
                              const_cast<std::uint8_t *>(pixels));
            cv::resize(rgb, stretched, cv::Size(input.width, input.height));
            pixels = stretched.ptr();
        }
        forward(
            [&](float *to) {
                to_unit(to, pixels, 3 * pixel_count());
                if (options().bgr)
                    swap_red_and_blue(to, pixel_count());
            },
            read);
    }

    void run(const float *planes, const Reader &read) override
    {
        forward(
            [&](float *to) {
                const std::size_t count = pixel_count();
                for (std::size_t colour = 0; colour < 3; ++colour) {
                    const float *plane = planes + (options().bgr ? 2 - colour : colour) * count;
                    for (std::size_t i = 0; i < count; ++i)
                        to[3 * i + colour] = plane[i];
                }
            },
            read);
    }

    std::string runtime() const override { return network_->runtime(); }

    std::unique_ptr<DnnNetwork> twin() const override
    {
        auto network = network_->twin();
        return network == nullptr ? nullptr
                                  : std::make_unique<EngineNetwork>(*this, std::move(network));
    }

private:
    std::size_t pixel_count() const
    {
        return static_cast<std::size_t>(options().input.width) *
               static_cast<std::size_t>(options().input.height);
    }

    void forward(const std::function<void(float *)> &fill, const Reader &read)
    {
        const std::vector<Array> maps = maps_of(fill);
        for (std::size_t i = 0; i < maps.size(); ++i) {
            yolo_rows(maps[i], heads_[i], options().input, &rows_);
            const int columns = static_cast<int>(5 + heads_[i].classes);
            give({{static_cast<int>(rows_.size()) / columns, columns}, rows_.data()}, read);
        }
    }

    std::vector<Array> maps_of(const std::function<void(float *)> &fill)
    {
        try {
            return network_->maps(1, [&](std::int64_t, float *to) { fill(to); });
        } catch (const std::exception &error) {
            throw failed(std::string("the engine failed on an image: ") + error.what());
        }
    }

    int person_class_;
    std::unique_ptr<MapNetwork> network_;
    std::vector<DarknetLayer> heads_; ///< by output
    std::vector<float> rows_;
};

} // namespace

std::unique_ptr<DnnNetwork> make_engine_network(const DnnDetectorOptions &options,
                                                DarknetNetwork network,
                                                const std::vector<float> &weights, int person_class)
{
    return std::make_unique<EngineNetwork>(options, std::move(network), weights, person_class);
}

} // namespace fovea
