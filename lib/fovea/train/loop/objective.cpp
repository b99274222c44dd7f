// SPDX-License-Identifier: MIT
#include "fovea/train/loop/objective.h"

#include <ATen/core/grad_mode.h>

#include "fovea/core/errors.h"
#include "fovea/nn/widened.h"
#include "fovea/train/loop/loss.h"

namespace fovea {

namespace {

Response widened(const Response &response)
{
    return {nn::widened(response.logits), nn::widened(response.map)};
}

} // namespace

Objective::Objective(const Recipe &recipe, std::int64_t classes, Classifier *teacher)
    : recipe_(recipe), classes_(classes), teacher_(teacher)
{
    if (!recipe_.class_weights.empty())
        class_weights_ = at::tensor(recipe_.class_weights);
    if (recipe_.map_distance != MapDistance::None && teacher_ == nullptr)
        throw Error(Error::Kind::Settings,
                    "training: the distance to a teacher's map is asked for, got no teacher");
}

Objective::Outcome Objective::of(Classifier &student, const Batch &batch, std::size_t stack,
                                 Random *random) const
{
    const at::Tensor &labels = batch.labels[stack];
    const bool many = recipe_.labelling == Labelling::Many;
    if (labels.defined() != many)
        throw Error(Error::Kind::Settings,
                    many ? "training: expected clips with any number of labels, got one class each"
                         : "training: expected one class a clip, got any number of labels");

    at::Tensor input = batch.inputs[stack];
    at::Tensor shares;
    const bool mixes_maps = recipe_.mixup > 0 && recipe_.mixup_of == MixupOf::PictureMaps;
    if (!many) {
        shares = soft_targets(batch.targets[stack], classes_, recipe_.label_smoothing);
        if (recipe_.mixup > 0) {
            const Mixed mixed = mix_up(mixes_maps ? student.picture_maps(input) : input, shares,
                                       recipe_.mixup, random);
            input = mixed.inputs;
            shares = mixed.targets;
        }
    }
    const bool views_of_two = teacher_ != nullptr && input.dim() == 5 && input.size(1) == 6;
    const Response response =
        widened(mixes_maps ? student.respond_to_maps(input)
                           : student.respond(views_of_two ? input.narrow(1, 0, 3) : input));
    Outcome outcome =
        many ? many_labels(response, labels, batch.video_labels[stack])
             : one_label(response, batch.targets[stack], shares, batch.overlaps[stack]);
    if (recipe_.map_distance != MapDistance::None) {
        at::Tensor wanted;
        {
            const at::NoGradGuard no_grad;
            teacher_->set_training(false);
            wanted = widened(teacher_->respond(views_of_two ? input.narrow(1, 3, 3) : input)).map;
        }
        outcome.loss =
            outcome.loss +
            recipe_.map_share * map_distance(response.map, wanted, recipe_.map_distance).sum();
    }
    return outcome;
}

Objective::Outcome Objective::one_label(const Response &response, const at::Tensor &targets,
                                        const at::Tensor &shares, const at::Tensor &overlaps) const
{
    const at::Tensor logits = response.logits.mean(2); // over time: Ballan 2021
    const at::Tensor weights =
        class_weights_.defined() ? class_weights_.to(logits.device()) : class_weights_;
    at::Tensor losses = cross_entropy(logits, shares, weights);
    if (recipe_.overlap_share > 0)
        losses = losses + recipe_.overlap_share * overlap_loss(logits, targets, overlaps,
                                                               recipe_.background,
                                                               recipe_.overlap_power);
    return {losses.sum(), logits.argmax(1).eq(shares.argmax(1)).sum().item<double>()};
}

Objective::Outcome Objective::many_labels(const Response &response, const at::Tensor &labels,
                                          const at::Tensor &video) const
{
    const at::Tensor loss = nn::multi_label_loss(response.logits, labels, recipe_.joint, video);
    const at::Tensor best = response.logits.mean(2).argmax(1, /*keepdim=*/true);
    return {loss * static_cast<double>(labels.size(0)),
            labels.amax(2).gather(1, best).sum().item<double>()};
}

} // namespace fovea
