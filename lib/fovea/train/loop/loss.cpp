// SPDX-License-Identifier: MIT
#include "fovea/train/loop/loss.h"

#include <numeric>

namespace fovea {

at::Tensor soft_targets(const at::Tensor &targets, std::int64_t classes, double smoothing)
{
    const at::Tensor one_hot = at::one_hot(targets, classes).to(at::kFloat);
    return one_hot * (1 - smoothing) + smoothing / static_cast<double>(classes);
}

at::Tensor cross_entropy(const at::Tensor &logits, const at::Tensor &targets,
                         const at::Tensor &class_weights)
{
    at::Tensor terms = targets * logits.log_softmax(/*dim=*/1);
    if (class_weights.defined())
        terms = terms * class_weights;
    return -terms.sum(/*dim=*/1);
}

at::Tensor overlap_loss(const at::Tensor &logits, const at::Tensor &targets,
                        const at::Tensor &overlaps, std::int64_t background, double power)
{
    const at::Tensor score = logits.softmax(/*dim=*/1).gather(1, targets.unsqueeze(1)).squeeze(1);
    const at::Tensor losses = 0.5 * (score.square() / overlaps.pow(power) - 1);
    return losses.masked_fill(targets.eq(background), 0);
}

at::Tensor map_distance(const at::Tensor &student, const at::Tensor &teacher, MapDistance kind)
{
    const at::Tensor difference = student - teacher;
    if (kind == MapDistance::Mse)
        return difference.square().mean({1, 2, 3, 4});
    if (kind == MapDistance::Features)
        return difference.mean({2, 3, 4}).square().mean(1);
    const at::Tensor by_frame = difference.transpose(1, 2).flatten(2); // [N, T, C H W]
    return by_frame.norm(2, /*dim=*/{2}).mean(1);
}

Mixed mix_up(const at::Tensor &inputs, const at::Tensor &targets, double alpha, Random *random)
{
    const double a = random->gamma(alpha);
    const double b = random->gamma(alpha);
    const double share = a + b > 0 ? a / (a + b) : 0.5;

    std::vector<std::int64_t> partner(static_cast<std::size_t>(inputs.size(0)));
    std::iota(partner.begin(), partner.end(), 0);
    shuffle(&partner, random);
    const at::Tensor order = at::tensor(partner, at::kLong).to(inputs.device());
    return {inputs * share + inputs.index_select(0, order) * (1 - share),
            targets * share + targets.index_select(0, order) * (1 - share)};
}

} // namespace fovea
