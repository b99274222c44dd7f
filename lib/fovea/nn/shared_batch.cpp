// SPDX-License-Identifier: MIT
#include "fovea/nn/shared_batch.h"

#include <torch/autograd.h>

namespace fovea::nn {

namespace {

thread_local const SharedBatch *shared = nullptr;

/** \brief Values of channels, [C], to be applied to \a x [N, C, ...] */
at::Tensor by_channel(const at::Tensor &values, const at::Tensor &x)
{
    std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
    shape[1] = values.size(0);
    return values.to(x.scalar_type()).view(shape);
}

/** \brief Of all parts, in double: sums of large parts keep their last digits */
struct Statistics {
    at::Tensor mean;     ///< [C]
    at::Tensor variance; ///< [C], of the samples themselves
    double count = 0;    ///< values of a channel
};

Statistics statistics_of_all(const at::Tensor &x, const SharedBatch &batch)
{
    const auto count = static_cast<double>(x.numel() / x.size(1));
    const at::Tensor values = x.is_cpu() ? x.to(at::kFloat) : x; // there they have x's own bits
    const auto [part_mean, part_variance] =
        at::batch_norm_update_stats(values, {}, {}, /*momentum=*/0);
    const at::Tensor mean = part_mean.to(at::kDouble);
    at::Tensor sums =
        at::cat({mean * count, (part_variance.to(at::kDouble) + mean.square()) * count,
                 at::full({1}, count, mean.options())});
    batch.add_up(sums);
    const std::int64_t channels = x.size(1);
    Statistics all;
    all.count = sums[2 * channels].item<double>();
    all.mean = sums.narrow(0, 0, channels) / all.count;
    all.variance =
        (sums.narrow(0, channels, channels) / all.count - all.mean.square()).clamp_min(0);
    return all;
}

/** \brief x, weight, bias -> (x - mean) / deviation * weight + bias */
class NormalisedByAll : public torch::autograd::Function<NormalisedByAll>
{
public:
    static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &x,
                              const at::Tensor &weight, const at::Tensor &bias,
                              const Statistics *all, double eps, const SharedBatch *batch)
    {
        const at::Tensor mean = all->mean.to(weight.scalar_type());
        const at::Tensor variance = all->variance.to(weight.scalar_type());
        const at::Tensor inverse = (all->variance + eps).rsqrt().to(weight.scalar_type());
        context->save_for_backward({x, weight, mean, inverse});
        context->saved_data["count"] = all->count;
        context->saved_data["eps"] = eps;
        context->saved_data["batch"] = reinterpret_cast<std::int64_t>(batch);
        return at::batch_norm(x, weight, bias, mean, variance, /*training=*/false, /*momentum=*/0,
                              eps, /*cudnn_enabled=*/true);
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                   torch::autograd::variable_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const at::Tensor &x = saved[0];
        const at::Tensor &weight = saved[1];
        const at::Tensor &mean = saved[2];
        const at::Tensor &inverse = saved[3];
        const double count = context->saved_data["count"].toDouble();
        const auto *batch =
            reinterpret_cast<const SharedBatch *>(context->saved_data["batch"].toInt());

        const auto [unused, weights, biases] = at::native_batch_norm_backward(
            gradients[0], x, weight, /*running_mean=*/{}, /*running_var=*/{}, mean, inverse,
            /*train=*/true, context->saved_data["eps"].toDouble(), {false, true, true});
        at::Tensor sums = at::stack({weights, biases}).to(at::kDouble);
        batch->add_up(sums);

        // g scale - x pull - push, of Ioffe and Szegedy's gradient by the input
        const at::Tensor deviation = inverse.to(at::kDouble);
        const at::Tensor scale = weight.to(at::kDouble) * deviation;
        const at::Tensor pull = scale * deviation * sums[0] / count;
        const at::Tensor push = scale * sums[1] / count - pull * mean.to(at::kDouble);
        at::Tensor by_input = gradients[0] * by_channel(scale, x);
        by_input.addcmul_(x, by_channel(pull, x), -1).sub_(by_channel(push, x));
        return {by_input, weights, biases, {}, {}, {}};
    }
};

void update_running(torch::nn::BatchNorm3d &bn, const Statistics &all)
{
    const at::NoGradGuard no_grad;
    const double momentum = *bn->options.momentum();
    const auto blend = [&](at::Tensor &running, const at::Tensor &now) {
        running.mul_(1 - momentum).add_(now.to(running.scalar_type()), momentum);
    };
    blend(bn->running_mean, all.mean);
    blend(bn->running_var, all.variance * (all.count / (all.count - 1)));
}

/**
 * \brief Whether \a x alone is asked for its gradient, behind a gain and a shift of each channel
 *
 * LibTorch would sum up the gradients of both all the same, in three times the time.
 */
bool is_fixed(const torch::nn::BatchNorm3d &bn, const at::Tensor &x)
{
    return !bn->is_training() && x.requires_grad() && at::GradMode::is_enabled() &&
           !bn->weight.requires_grad() && !bn->bias.requires_grad() &&
           bn->weight.scalar_type() == x.scalar_type();
}

} // namespace

SharedBatch::SharedBatch(std::int64_t first, std::int64_t samples)
    : first_(first), samples_(samples)
{
    shared = this;
}

SharedBatch::~SharedBatch()
{
    shared = nullptr;
}

const SharedBatch *SharedBatch::current()
{
    return shared;
}

at::Tensor batch_norm(torch::nn::BatchNorm3d &bn, const at::Tensor &x)
{
    if (bn->is_training())
        bn->num_batches_tracked.add_(1);
    if (is_fixed(bn, x)) {
        const at::Tensor gain = bn->weight / (bn->running_var + bn->options.eps()).sqrt();
        return at::mul(x, by_channel(gain, x))
            .add_(by_channel(bn->bias - bn->running_mean * gain, x));
    }
    if (shared == nullptr || !bn->is_training())
        return at::batch_norm(x, bn->weight, bn->bias, bn->running_mean, bn->running_var,
                              bn->is_training(), *bn->options.momentum(), bn->options.eps(),
                              /*cudnn_enabled=*/true);
    Statistics all;
    {
        const at::NoGradGuard no_grad;
        all = statistics_of_all(x, *shared);
    }
    update_running(bn, all);
    return NormalisedByAll::apply(x, bn->weight, bn->bias, &all, bn->options.eps(), shared);
}

at::Tensor dropout(const at::Tensor &x, double share, bool training)
{
    if (shared == nullptr || !training)
        return at::dropout(x, share, training);
    std::vector<std::int64_t> shape = x.sizes().vec();
    shape[0] = shared->samples();
    const at::Tensor mask = at::empty(shape, x.options()).bernoulli_(1 - share).div_(1 - share);
    return x * mask.narrow(0, shared->first(), x.size(0));
}

} // namespace fovea::nn
