// SPDX-License-Identifier: MIT
#include "fovea/pose/pose_estimator.h"

#include <algorithm>
#include <exception>

#include "fovea/core/errors.h"
#include "fovea/core/vectorised.h"
#include "fovea/engine/map_network.h"
#include "fovea/nn/graph.h"
#include "fovea/pose/decode_pose.h"

namespace fovea {

namespace {

/** From bytes to [-1, 1] */
FOVEA_VECTORISED
void normalise(float *to, const std::uint8_t *from, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        to[i] = static_cast<float>(from[i]) * (2 / 255.0F) - 1;
}

std::unique_ptr<MapNetwork> network_of(const PoseOptions &options, nn::Graph graph)
{
    try {
        return make_map_network(std::move(graph), options.input, /*channels=*/3, options);
    } catch (const Error &error) {
        throw Error(error.kind(), "network '" + options.network.string() + "': " + error.what());
    }
}

class MapPoseEstimator final : public PoseEstimator
{
public:
    MapPoseEstimator(const PoseOptions &options, nn::Graph graph)
        : options_(options), network_(network_of(options, std::move(graph)))
    {
        // A wrong size, and what is prepared at the first picture, show now and not in a stream
        RgbImage grey = {options.input, {}};
        grey.pixels.assign(pixel_count() * 3, 128);
        estimate({grey});
    }

    ImageSize input_size() const override { return options_.input; }

    std::vector<Pose> estimate(const std::vector<RgbImage> &crops) override
    {
        for (const RgbImage &crop : crops) {
            if (crop.pixels.size() != pixel_count() * 3)
                throw Error(Error::Kind::Settings,
                            "expected crops of " + std::to_string(options_.input.width) + "x" +
                                std::to_string(options_.input.height) + " pixels, got " +
                                std::to_string(crop.size.width) + "x" +
                                std::to_string(crop.size.height));
        }
        if (crops.empty())
            return {};
        const std::vector<Array> maps = maps_of(crops);
        std::vector<Pose> poses;
        for (std::size_t i = 0; i < crops.size(); ++i)
            poses.push_back(decode_pose(maps, static_cast<std::int64_t>(i)));
        return poses;
    }

    std::string runtime() const override { return network_->runtime(); }

private:
    std::size_t pixel_count() const
    {
        return static_cast<std::size_t>(options_.input.width) *
               static_cast<std::size_t>(options_.input.height);
    }

    std::vector<Array> maps_of(const std::vector<RgbImage> &crops)
    {
        try {
            return network_->maps(static_cast<std::int64_t>(crops.size()), [&](std::int64_t i,
                                                                               float *to) {
                normalise(to, crops[static_cast<std::size_t>(i)].pixels.data(), pixel_count() * 3);
            });
        } catch (const std::exception &error) {
            throw Error(Error::Kind::Init, "network '" + options_.network.string() +
                                               "' failed on a picture: " + error.what());
        }
    }

    PoseOptions options_;
    std::unique_ptr<MapNetwork> network_;
};

void check_input(const PoseOptions &options)
{
    if (options.input.width < 1 || options.input.height < 1 || options.input.width % 32 != 0 ||
        options.input.height % 32 != 0)
        throw Error(Error::Kind::Settings, "input: expected sides that are multiples of 32 pixels, "
                                           "got " +
                                               std::to_string(options.input.width) + "x" +
                                               std::to_string(options.input.height));
}

} // namespace

std::unique_ptr<PoseEstimator> make_pose_estimator(const PoseOptions &options, nn::Graph graph)
{
    check_input(options);
    return std::make_unique<MapPoseEstimator>(options, std::move(graph));
}

Box pose_crop(const Box &person, double aspect, double margin)
{
    // In units of the frame's height, in which a square is one
    const double side =
        margin * std::max(person.width * aspect, static_cast<double>(person.height));
    const double width = std::min(side, aspect);
    const double height = std::min(side, 1.0);
    const double x = person.x * aspect + (person.width * aspect - width) / 2;
    const double y = person.y + (person.height - height) / 2;
    return {static_cast<float>(std::clamp(x, 0.0, aspect - width) / aspect),
            static_cast<float>(std::clamp(y, 0.0, 1 - height)), static_cast<float>(width / aspect),
            static_cast<float>(height)};
}

Pose inside(const Pose &pose, const Box &crop)
{
    Pose moved = pose;
    for (Keypoint &keypoint : moved) {
        keypoint.x = crop.x + keypoint.x * crop.width;
        keypoint.y = crop.y + keypoint.y * crop.height;
    }
    return moved;
}

} // namespace fovea
