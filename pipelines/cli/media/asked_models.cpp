// SPDX-License-Identifier: MIT
#include "media/asked_models.h"

#include <cstdio>

#include "fovea/bundle/detector_choice.h"
#include "fovea/bundle/int8_calibration.h"
#include "fovea/core/errors.h"
#include "fovea/core/printable.h"
#include "fovea/engine/device_name.h"
#include "fovea/engine/engine_info.h"
#include "fovea/engine/onednn/precision.h"
#include "fovea/nn/clip_side.h"
#include "fovea/nn/names.h"

namespace fovea {

namespace {

void tell(const std::string &note)
{
    if (!note.empty())
        std::fprintf(stderr, "fovea: %s\n", printable(note).c_str());
}

} // namespace

std::string detector_for(const std::string &asked, const ActivityCard &card)
{
    const ModelChoice choice = choose_detector(asked, card);
    tell(choice.note);
    return choice.name;
}

std::string pose_for(const std::string &attended, const ActivityCard &card)
{
    const ModelChoice choice = choose_pose(attended, card);
    tell(choice.note);
    return choice.name;
}

void check_device(const std::string &asked)
{
    const auto device = device_name(asked);
    if (!device)
        throw Error(Error::Kind::Settings,
                    "--device '" + asked + "' is not known; expected " + device_names);
    if (device->kind != DeviceName::Kind::Cuda)
        return;
    if (!libtorch_finds_gpu())
        throw Error(Error::Kind::Settings,
                    "--device '" + asked +
                        "': no GPU is found here; use --device cpu, or see 'fovea doctor'");
}

void check_precision(const AnalysisSettings &asked, const Bundle &model)
{
    if (asked.precision == "auto")
        return;
    const auto device = device_name(asked.device);
    if (device && device->kind != DeviceName::Kind::Cpu && libtorch_finds_gpu())
        return; // its networks tell what a GPU can
    (void)element_for(asked.precision);
    if (asked.precision == "int8" && !model.activity().fuses_two_networks())
        (void)read_calibration(model);
}

void check_size(const AnalysisSettings &asked, const Bundle &model)
{
    const ActivityCard &card = model.activity();
    nn::ClipSide side = nn::clip_side(card.architecture);
    if (!card.attention.name.empty() && nn::attention_is_tied(card.attention.name))
        side.only = card.input.size.width;
    if (asked.size == 0 || side.takes(asked.size))
        return;
    throw Error(Error::Kind::Settings,
                "--size " + std::to_string(asked.size) + ": model '" + model.name() + "' takes " +
                    (side.only > 0 ? std::to_string(side.only) + " alone"
                                   : "multiples of " + std::to_string(side.step)));
}

} // namespace fovea
