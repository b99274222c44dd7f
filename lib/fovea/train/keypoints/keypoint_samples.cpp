// SPDX-License-Identifier: MIT
#include "fovea/train/keypoints/keypoint_samples.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <ATen/ATen.h>
#include <opencv2/imgproc.hpp>

#include "fovea/core/random.h"

namespace fovea {

namespace {

constexpr double least_scale = 0.8, greatest_scale = 1.25; // of the view's sides
constexpr double greatest_shift = 0.08;                    // of the view's sides
constexpr double usual_turn = 0.35;                        // radians
constexpr double lying = 0.1;    // chance of a quarter turn: persons on the ground are rare
constexpr double coarse = 0.3;   // chance
constexpr double coarsest = 0.3; // of the side
constexpr double gain = 0.35;    // brightness in 1 +- this
constexpr double tint = 0.1;     // of each of R, G, B
constexpr double quarter = 1.5707963267948966;

/** \brief What is done to a picture */
struct PoseVariation {
    bool flip = false;
    double scale = 1;
    double turn = 0;
    std::array<double, 2> shift = {0, 0};
    double sharpness = 1; ///< side that is kept of it
    std::array<double, 3> gains = {1, 1, 1};
};

PoseVariation drawn(Random *random)
{
    PoseVariation variation;
    variation.flip = random->uniform() < 0.5;
    variation.scale = random->uniform(least_scale, greatest_scale);
    variation.turn = random->uniform(-usual_turn, usual_turn);
    if (random->uniform() < lying)
        variation.turn += random->uniform() < 0.5 ? quarter : -quarter;
    for (double &shift : variation.shift)
        shift = random->uniform(-greatest_shift, greatest_shift);
    if (random->uniform() < coarse)
        variation.sharpness = random->uniform(coarsest, 1);
    const double bright = random->uniform(1 - gain, 1 + gain);
    for (double &one : variation.gains)
        one = bright * random->uniform(1 - tint, 1 + tint);
    return variation;
}

/** \brief From a pixel of the picture to one of the crop, [2, 3] */
cv::Matx23d way_back(const Box &view, int crop_side, int side, const PoseVariation &variation)
{
    const double mirror = variation.flip ? -1 : 1;
    const double c = std::cos(variation.turn) * variation.scale;
    const double s = std::sin(variation.turn) * variation.scale;
    // u, v in [-1/2, 1/2] of the picture become places in the view, turned around its middle
    const double ux = c * mirror * view.width * crop_side / side;
    const double vx = -s * view.width * crop_side / side;
    const double uy = s * mirror * view.height * crop_side / side;
    const double vy = c * view.height * crop_side / side;
    const double middle = (side - 1) / 2.0;
    const double x = (view.x + view.width * (0.5 + variation.shift[0])) * crop_side - 0.5;
    const double y = (view.y + view.height * (0.5 + variation.shift[1])) * crop_side - 0.5;
    return {ux, vx, x - (ux + vx) * middle, uy, vy, y - (uy + vy) * middle};
}

/** \brief The same body seen in a mirror: left and right change their names */
Pose mirrored_names(Pose pose)
{
    for (std::size_t i = 1; i + 1 < pose.size(); i += 2) // pairs behind the nose
        std::swap(pose[i], pose[i + 1]);
    return pose;
}

at::Tensor labels_of_pose(const Pose &pose, const cv::Matx23d &back, int crop_side, int side)
{
    cv::Matx23d there;
    cv::invertAffineTransform(back, there);
    at::Tensor labels = at::empty({static_cast<std::int64_t>(pose.size()), 3});
    auto *to = labels.data_ptr<float>();
    for (const Keypoint &keypoint : pose) {
        const cv::Vec3d from(double{keypoint.x} * crop_side - 0.5,
                             double{keypoint.y} * crop_side - 0.5, 1);
        const cv::Vec2d at = there * from;
        *to++ = static_cast<float>((at[0] + 0.5) / side);
        *to++ = static_cast<float>((at[1] + 0.5) / side);
        *to++ = keypoint.confidence;
    }
    return labels;
}

} // namespace

KeypointSamples::KeypointSamples(const KeypointSet &set, const Options &options)
    : set_(set), options_(options)
{
    for (std::size_t i = 0; i < set.size(); ++i) {
        if (set.taught(i).split == options.split)
            indices_.push_back(i);
    }
}

std::vector<std::size_t> KeypointSamples::order(std::int64_t epoch) const
{
    std::vector<std::size_t> order = indices_;
    if (!options_.varied)
        return order;
    Random random({options_.seed, static_cast<std::uint64_t>(epoch)});
    shuffle(&order, &random);
    return order;
}

Sample KeypointSamples::sample(std::size_t index, std::int64_t epoch) const
{
    Random random({options_.seed, static_cast<std::uint64_t>(epoch), index});
    const PoseVariation variation = options_.varied ? drawn(&random) : PoseVariation();
    const TaughtPose &taught = set_.taught(index);
    const int from = set_.side();
    const int side = options_.side;
    const cv::Mat crop(from, from, CV_8UC3, const_cast<std::uint8_t *>(set_.crop(index)));
    const cv::Matx23d back = way_back(taught.view, from, side, variation);
    cv::Mat picture;
    cv::warpAffine(crop, picture, back, {side, side}, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                   cv::BORDER_REPLICATE);
    if (variation.sharpness < 1) {
        const int few = std::max(1, static_cast<int>(std::lround(side * variation.sharpness)));
        cv::Mat small;
        cv::resize(picture, small, {few, few}, 0, 0, cv::INTER_AREA);
        cv::resize(small, picture, {side, side}, 0, 0, cv::INTER_LINEAR);
    }
    at::Tensor input = at::empty({3, side, side});
    auto *to = input.data_ptr<float>();
    const std::size_t pixels = static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
    for (std::size_t channel = 0; channel < 3; ++channel) {
        const auto gain_of = static_cast<float>(variation.gains[channel] / 255);
        for (std::size_t i = 0; i < pixels; ++i)
            *to++ =
                2 * std::min(1.0F, gain_of * static_cast<float>(picture.data[3 * i + channel])) - 1;
    }
    Sample sample;
    sample.input = input;
    sample.labels = labels_of_pose(variation.flip ? mirrored_names(taught.pose) : taught.pose, back,
                                   from, side);
    return sample;
}

} // namespace fovea
