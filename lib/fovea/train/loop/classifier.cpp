// SPDX-License-Identifier: MIT
#include "fovea/train/loop/classifier.h"

#include <algorithm>

#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/nn/late_fusion.h"

namespace fovea {

at::Tensor Classifier::picture_maps(const at::Tensor & /*clips*/)
{
    throw Error(Error::Kind::Settings,
                "training: there are no maps of single pictures to mix here; leave --mixup-of out");
}

Response Classifier::respond_to_maps(const at::Tensor &maps)
{
    return {{}, picture_maps(maps)}; // says that there are none
}

void check_parts(nn::Backbone &network, const std::vector<std::string> &parts)
{
    std::vector<std::string> known;
    for (const auto &child : network.named_children()) {
        if (!child.value()->parameters().empty()) // pools learn nothing
            known.push_back(child.key());
    }
    for (const std::string &part : parts) {
        if (std::find(known.begin(), known.end(), part) == known.end())
            throw Error(Error::Kind::Settings, "training: the network has no part '" + part +
                                                   "' to train; expected some of " + joined(known));
    }
}

BackboneClassifier::BackboneClassifier(std::shared_ptr<nn::Backbone> backbone, std::int64_t classes,
                                       std::vector<std::string> trained)
    : backbone_(std::move(backbone)), classes_(classes), trained_(std::move(trained))
{
    check_parts(*backbone_, trained_);
    for (const auto &child : backbone_->named_children()) {
        for (at::Tensor &parameter : child.value()->parameters())
            parameter.requires_grad_(is_trained(child.key()));
    }
}

bool BackboneClassifier::is_trained(const std::string &module) const
{
    return trained_.empty() || std::count(trained_.begin(), trained_.end(), module) > 0;
}

Response BackboneClassifier::respond(const at::Tensor &clips)
{
    return classified(backbone_->map(clips));
}

Response BackboneClassifier::respond_to_maps(const at::Tensor &maps)
{
    return classified(backbone_->map_of_pictures(maps));
}

Response BackboneClassifier::classified(const at::Tensor &map)
{
    return {backbone_->classify(map), map};
}

void BackboneClassifier::set_training(bool on)
{
    backbone_->train(on); // the network's own dropout
    for (const auto &child : backbone_->named_children())
        child.value()->train(on && is_trained(child.key()));
}

LateFusionClassifier::LateFusionClassifier(std::shared_ptr<nn::Backbone> fixed,
                                           std::shared_ptr<nn::Backbone> trained,
                                           std::int64_t classes)
    : fixed_(std::move(fixed)), trained_(std::move(trained)), classes_(classes)
{
}

Response LateFusionClassifier::respond(const at::Tensor &clips)
{
    const std::vector<at::Tensor> looks = clips.chunk(2, /*dim=*/2);
    return {nn::late_fusion(*fixed_, *trained_, looks[0], looks[1]), {}};
}

} // namespace fovea
