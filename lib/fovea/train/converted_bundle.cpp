// SPDX-License-Identifier: MIT
#include "fovea/train/converted_bundle.h"

#include <ATen/Context.h>

#include "fovea/bundle/backbone_options.h"
#include "fovea/bundle/open_model.h"
#include "fovea/bundle/picture_weights.h"
#include "fovea/nn/backbone.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/loop/module_state.h"

namespace fovea {

ConvertedBundle convert_pictures(const std::filesystem::path &pictures, const std::string &model,
                                 const std::filesystem::path &out)
{
    const Bundle base = Bundle::open(model);
    expect_kind(base, Bundle::Kind::Activity);
    replaces_own(out, convert_word);
    const ActivityCard &card = base.activity();
    at::manual_seed(0);
    const auto network = nn::make_backbone(backbone_options(card));
    TrainedBundle trained;
    std::vector<std::string> anew =
        take_pictures(*network, card.architecture, read_weights(pictures), pictures);
    trained.labels = base.labels();
    trained.regions = card.regions;
    trained.many_labels = card.decision.many_labels;
    trained.backbone = copy_of(*network);
    trained.title = "Where training begins: " + card.architecture + " from a network of pictures";
    trained.source = "Weights of '" + pictures.filename().string() + "' (pictures), put into " +
                     card.architecture + " on the card of '" + base.name() + "' " +
                     made_by(convert_word) + ".";
    trained.measured = "Not measured: it has no head.";
    return {write_bundle(out, base, trained), std::move(anew)};
}

} // namespace fovea
