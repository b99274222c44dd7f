// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/onednn_maps.h"

#include <utility>

#include "fovea/core/errors.h"
#include "fovea/engine/onednn/onednn_network.h"

namespace fovea {

namespace {

class OnednnMaps final : public MapNetwork
{
public:
    OnednnMaps(nn::Graph graph, const MapShape &picture, Element element, int threads)
        : network_(std::move(graph), element, threads),
          shapes_(map_shapes(network_.graph(), picture)),
          step_(GraphClock(network_.graph(), shapes_).advance(/*frames=*/1, /*last=*/true))
    {
    }

    std::vector<Array> maps(std::int64_t pictures, const Fill &fill) override
    {
        const std::int64_t values = shapes_.front().pixels() * shapes_.front().channels;
        const auto fill_all = [&](std::byte *to, const ValueFormat &format) {
            const bool in_place = format.element == Element::Float32;
            std::vector<float> picture(in_place ? 0 : static_cast<std::size_t>(values));
            for (std::int64_t i = 0; i < pictures; ++i) {
                std::byte *at = to + static_cast<std::size_t>(i * values) * size_of(format.element);
                fill(i, in_place ? reinterpret_cast<float *>(at) : picture.data());
                if (!in_place)
                    encode(at, format, picture.data(), values);
            }
        };
        return network_.maps(shapes_, step_, pictures, fill_all);
    }

    std::string runtime() const override { return runtime_of(network_); }

    std::unique_ptr<MapNetwork> twin() const override
    {
        if (network_.threads() > 1)
            return nullptr;
        return std::make_unique<OnednnMaps>(network_.graph(), shapes_.front(), network_.element(),
                                            /*threads=*/1);
    }

private:
    OnednnNetwork network_;
    std::vector<MapShape> shapes_;
    GraphStep step_;
};

} // namespace

std::unique_ptr<MapNetwork> make_onednn_maps(nn::Graph graph, const MapShape &picture, int threads,
                                             const EngineOptions &options)
{
    check_is_cpu(options.device);
    if (options.precision == "int8")
        throw Error(Error::Kind::Settings, "precision 'int8': networks of pictures have no "
                                           "calibration; use auto, fp32 or bf16");
    return std::make_unique<OnednnMaps>(std::move(graph), picture, element_for(options.precision),
                                        threads);
}

} // namespace fovea
