#include "fovea/train/loss.h"

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

Mixed mix_up(const at::Tensor &inputs, const at::Tensor &targets, double alpha, Random *random)
{
    const double a = random->gamma(alpha);
    const double b = random->gamma(alpha);
    const double share = a + b > 0 ? a / (a + b) : 0.5;

    std::vector<std::int64_t> partner(static_cast<std::size_t>(inputs.size(0)));
    std::iota(partner.begin(), partner.end(), 0);
    for (std::size_t i = partner.size(); i > 1; --i)
        std::swap(partner[i - 1], partner[random->below(i)]);
    const at::Tensor order = at::tensor(partner, at::kLong).to(inputs.device());
    return {inputs * share + inputs.index_select(0, order) * (1 - share),
            targets * share + targets.index_select(0, order) * (1 - share)};
}

} // namespace fovea
