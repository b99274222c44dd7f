// SPDX-License-Identifier: MIT
#include "fovea/train/picture_lesson.h"

#include <algorithm>
#include <utility>

#include <c10/core/impl/LocalDispatchKeySet.h>

#include "fovea/nn/graph_part.h"
#include "fovea/nn/picture_views.h"
#include "fovea/store/tensors/torch_tensor.h"

namespace fovea {

namespace {

constexpr std::int64_t frame_stride = 4;  // frames between are much the same
constexpr std::size_t most_examples = 32; // that say the teacher's spread
constexpr double least_deviation = 1e-6;
constexpr int clips_judged_at_once = 4;

/** \brief Every fourth frame of clips [..., 3, T, H, W], as pictures [N, 3, H, W] */
at::Tensor some_frames(const at::Tensor &clips)
{
    const std::vector<std::int64_t> size = clips.sizes().slice(clips.dim() - 4).vec();
    const at::Tensor flat = clips.reshape({-1, size[0], size[1], size[2], size[3]});
    return nn::pictures_of(flat.slice(/*dim=*/2, 0, size[1], frame_stride));
}

std::int64_t map_side(std::int64_t side)
{
    return (side + nn::picture_stride - 1) / nn::picture_stride;
}

/** \brief Of the teacher's variance, the share that is told */
double told_share(double loss)
{
    return std::max(0.0, 1 - loss);
}

std::shared_ptr<torch::nn::Module> joined_module(std::shared_ptr<nn::Backbone> network,
                                                 torch::nn::Conv2d adaptor)
{
    auto module = std::make_shared<torch::nn::Module>();
    module->register_module("network", std::move(network));
    module->register_module("adaptor", std::move(adaptor));
    return module;
}

} // namespace

PictureView picture_teacher(const std::string &model, const TrainingSettings &settings)
{
    PictureEngine engine;
    engine.device = settings.device;
    engine.threads = settings.threads;
    if (training_device(settings).is_cpu()) // a GPU's are float
        engine.precision = name_of(train_precisions, settings.precision);
    return load_picture_view(model, engine);
}

PictureStudent::PictureStudent(std::shared_ptr<nn::Backbone> network,
                               const std::vector<std::string> &rest, std::int64_t teachers_channels)
    : network_(std::move(network)),
      adaptor_(torch::nn::Conv2dOptions(network_->picture_channels(), teachers_channels, 1))
{
    module_ = joined_module(network_, adaptor_);
    for (const auto &child : network_->named_children()) {
        const bool is_taught = std::count(rest.begin(), rest.end(), child.key()) == 0;
        for (at::Tensor &parameter : child.value()->parameters())
            parameter.requires_grad_(is_taught);
    }
}

Response PictureStudent::respond(const at::Tensor &clips)
{
    return {{}, adaptor_->forward(network_->picture_map(nn::pictures_of(clips)))};
}

PictureGoal::PictureGoal(PictureView teacher, const Normalisation &normalisation,
                         const SampleSource &examples)
    : teacher_(std::move(teacher)), normalisation_(normalisation)
{
    std::vector<at::Tensor> maps;
    const std::vector<std::size_t> order = examples.order(0);
    for (std::size_t i = 0; i < std::min(most_examples, order.size()); ++i)
        maps.push_back(teachers_map(some_frames(examples.sample(order[i], 0).input)));
    const at::Tensor values = at::cat(maps).transpose(0, 1).flatten(1); // [C, all]
    mean_ = values.mean(1);
    deviation_ = values.std(1).clamp_min(least_deviation);
}

at::Tensor PictureGoal::teachers_map(const at::Tensor &frames) const
{
    const at::NoGradGuard no_grad;
    const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
    const at::Tensor scale = at::tensor(at::ArrayRef<float>(normalisation_.scale)).view({3, 1, 1});
    const at::Tensor shift = at::tensor(at::ArrayRef<float>(normalisation_.shift)).view({3, 1, 1});
    at::Tensor seen = (frames.detach().cpu() - shift) / scale * 2 - 1; // the teacher's: [-1, 1]
    if (seen.size(2) != teacher_.input.height || seen.size(3) != teacher_.input.width)
        seen = at::upsample_bilinear2d(seen, {teacher_.input.height, teacher_.input.width},
                                       /*align_corners=*/false);
    seen = seen.permute({0, 2, 3, 1}).contiguous();
    const std::int64_t floats = seen[0].numel();
    const auto *pixels = seen.data_ptr<float>();
    const auto fill = [&](std::int64_t i, float *to) {
        std::copy_n(pixels + i * floats, floats, to);
    };
    const Array map = std::move(teacher_.network->maps(seen.size(0), fill).front());
    return at::adaptive_avg_pool2d(tensor_of(map).permute({0, 3, 1, 2}),
                                   {map_side(frames.size(2)), map_side(frames.size(3))});
}

at::Tensor PictureGoal::losses(Classifier &student, const at::Tensor &clips) const
{
    const at::Tensor frames = some_frames(clips);
    const at::Tensor own = student.respond(frames.unsqueeze(2)).map.to(at::kFloat);
    const auto by_channel = [](const at::Tensor &values) { return values.view({1, -1, 1, 1}); };
    const at::Tensor wanted = (teachers_map(frames) - by_channel(mean_)) / by_channel(deviation_);
    const at::Tensor by_frame = (own - wanted.to(own.device())).square().mean({1, 2, 3});
    return by_frame.view({clips.size(0), -1}).mean(1);
}

Objective::Outcome PictureGoal::of(Classifier &student, const at::Tensor &clips,
                                   const at::Tensor & /*labels*/) const
{
    const at::Tensor loss = losses(student, clips);
    return {loss.sum(),
            told_share(loss.mean().item<double>()) * static_cast<double>(clips.size(0))};
}

ValidationFigures PictureGoal::judge(Classifier &student, const SampleSource &source,
                                     const std::function<bool()> &stop) const
{
    const double loss = mean_loss(student, source, clips_judged_at_once, stop,
                                  [&](const at::Tensor &clips, const at::Tensor & /*labels*/) {
                                      return losses(student, clips).sum().item<double>();
                                  });
    return {loss, told_share(loss)};
}

} // namespace fovea
