// SPDX-License-Identifier: MIT
#include "fovea/train/keypoints/keypoint_goal.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <ATen/core/grad_mode.h>

#include "fovea/core/pose.h"
#include "fovea/pose/decode_pose.h"
#include "fovea/store/tensors/torch_tensor.h"

namespace fovea {

namespace {

constexpr double peak_spread = 1.3; // of a Gaussian, cells
constexpr double near_weight = 20;  // of a cell in a Gaussian's middle over that of one far away
constexpr double cells_a_peak = 10; // about as many lie in a Gaussian
constexpr double least_near = 0.2;  // of the Gaussian: where ways and offsets are learned
constexpr double way_share = 0.05, offset_share = 0.5;
constexpr double near_enough = 0.1; // of the picture's side
constexpr int judged_at_once = 64;
constexpr std::int64_t counted_of_a_batch = 8; // one core decodes them, and a GPU waits for it

/** \brief pose_map_channels as LibTorch takes them */
std::vector<std::int64_t> map_channels()
{
    return {pose_map_channels.begin(), pose_map_channels.end()};
}

/** \brief exp(-d^2 / (2 peak_spread^2)) of each cell \param x, y [N, K, 1, 1] in cells \return [N, K, H, W] */
at::Tensor gaussian(const at::Tensor &columns, const at::Tensor &rows, const at::Tensor &x,
                    const at::Tensor &y)
{
    return (-((columns - x).square() + (rows - y).square()) / (2 * peak_spread * peak_spread))
        .exp();
}

/** \brief Weighted cross entropy of logits to shares, by sample */
at::Tensor peak_losses(const at::Tensor &logits, const at::Tensor &shares)
{
    const at::Tensor losses =
        at::binary_cross_entropy_with_logits(logits, shares, /*weight=*/1 + near_weight * shares,
                                             /*pos_weight=*/{}, at::Reduction::None);
    return losses.sum({1, 2, 3}) / (cells_a_peak * static_cast<double>(logits.size(1)));
}

/**
 * \brief Weighted mean distance of vectors, by sample
 * \param vectors [N, 34, H, W], y and x by keypoint \param x, y [N, 17, H, W] \param weights [N, 17, H, W]
 */
at::Tensor vector_losses(const at::Tensor &vectors, const at::Tensor &x, const at::Tensor &y,
                         const at::Tensor &weights)
{
    const at::Tensor pairs = vectors.unflatten(1, {17, 2});
    const at::Tensor distance = (pairs.select(2, 0) - y).abs() + (pairs.select(2, 1) - x).abs();
    return (distance * weights).sum({1, 2, 3}) / weights.sum({1, 2, 3}).clamp_min(1e-3);
}

at::Tensor only_near(const at::Tensor &peak)
{
    return peak * (peak > least_near);
}

struct Places {
    at::Tensor confidence;         ///< [N, 17, 1, 1]
    at::Tensor x, y;               ///< likewise, cells
    at::Tensor centre_x, centre_y; ///< [N, 1, 1, 1]
    at::Tensor columns, rows;      ///< of the cells, [W], [H, 1]
};

Places places_of(const at::Tensor &poses, std::int64_t height, std::int64_t width)
{
    const auto part = [&](std::int64_t i) { return poses.select(2, i).unsqueeze(2).unsqueeze(3); };
    Places places;
    places.x = part(0) * static_cast<double>(width);
    places.y = part(1) * static_cast<double>(height);
    places.confidence = part(2);
    // Of a body that the teacher is not sure of the middle of all keypoints
    const at::Tensor weights =
        (places.confidence * (places.confidence > sure_keypoint)).clamp_min(1e-3);
    const at::Tensor total = weights.sum(1, /*keepdim=*/true);
    places.centre_x = (places.x * weights).sum(1, true) / total;
    places.centre_y = (places.y * weights).sum(1, true) / total;
    const auto options = poses.options();
    places.columns = at::arange(width, options);
    places.rows = at::arange(height, options).unsqueeze(1);
    return places;
}

} // namespace

at::Tensor keypoint_losses(const at::Tensor &maps, const at::Tensor &poses)
{
    const Places at_cells = places_of(poses, maps.size(2), maps.size(3));
    const std::vector<at::Tensor> parts = maps.split_with_sizes(map_channels(), /*dim=*/1);
    const at::Tensor peak = gaussian(at_cells.columns, at_cells.rows, at_cells.x, at_cells.y);
    const at::Tensor centre =
        gaussian(at_cells.columns, at_cells.rows, at_cells.centre_x, at_cells.centre_y);
    const at::Tensor to_x = at_cells.x - at_cells.columns;
    const at::Tensor to_y = at_cells.y - at_cells.rows;
    return peak_losses(parts[heatmap_map], peak * at_cells.confidence) +
           peak_losses(parts[centre_map], centre) +
           way_share * vector_losses(parts[regress_map], to_x, to_y,
                                     only_near(centre) * at_cells.confidence) +
           offset_share *
               vector_losses(parts[offset_map], to_x, to_y, only_near(peak) * at_cells.confidence);
}

namespace {

struct Found {
    double near = 0;
    double sought = 0;

    double share() const { return sought > 0 ? near / sought : 0; }
};

/** \brief \param maps, poses on the CPU */
Found found_in(const at::Tensor &maps, const at::Tensor &poses)
{
    std::vector<Array> arrays;
    for (const at::Tensor &map : maps.split_with_sizes(map_channels(), /*dim=*/1))
        arrays.push_back(array_of(map.permute({0, 2, 3, 1}))); // as decode_pose() takes it
    Found found;
    const at::Tensor dense = poses.contiguous();
    const auto *wanted = dense.data_ptr<float>();
    for (std::int64_t i = 0; i < maps.size(0); ++i) {
        for (const Keypoint &keypoint : decode_pose(arrays, i)) {
            const bool counts = wanted[2] >= sure_keypoint;
            found.sought += counts ? 1 : 0;
            if (counts && std::hypot(keypoint.x - wanted[0], keypoint.y - wanted[1]) <= near_enough)
                found.near += 1;
            wanted += 3;
        }
    }
    return found;
}

} // namespace

Objective::Outcome KeypointGoal::of(Classifier &student, const at::Tensor &pictures,
                                    const at::Tensor &poses) const
{
    const at::Tensor maps = student.respond(pictures).map.to(at::kFloat);
    const std::int64_t some = std::min(counted_of_a_batch, poses.size(0));
    const Found found =
        found_in(maps.detach().narrow(0, 0, some).cpu(), poses.narrow(0, 0, some).cpu());
    return {keypoint_losses(maps, poses).sum(), found.share() * static_cast<double>(poses.size(0))};
}

ValidationFigures KeypointGoal::judge(Classifier &student, const SampleSource &source,
                                      const std::function<bool()> &stop) const
{
    Found found;
    const double loss = mean_loss(student, source, judged_at_once, stop,
                                  [&](const at::Tensor &pictures, const at::Tensor &poses) {
                                      const at::Tensor maps = student.respond(pictures).map.cpu();
                                      const Found some = found_in(maps, poses);
                                      found.near += some.near;
                                      found.sought += some.sought;
                                      return keypoint_losses(maps, poses).sum().item<double>();
                                  });
    return {loss, found.share()};
}

} // namespace fovea
