// SPDX-License-Identifier: MIT
#include "fovea/focus/focus_chooser.h"

#include <utility>

#include "fovea/focus/coarse_heat.h"
#include "fovea/focus/enlarged.h"
#include "fovea/focus/salient_box.h"

namespace fovea {

FocusChooser::FocusChooser(const SecondLook &look, double size,
                           std::shared_ptr<SaliencyMapper> mapper)
    : look_(look), size_(size), mapper_(std::move(mapper))
{
}

FocusedPlace FocusChooser::find(const Array &clip, const Box &view,
                                const std::function<double()> &draw, const ClipTruth *truth) const
{
    const ImageSize size = {static_cast<int>(clip.shape[4]), static_cast<int>(clip.shape[3])};
    const ImageSize side = box_size(size, size_);
    FocusedPlace place;
    PixelBox box;
    if (is_by_saliency(look_.focus)) {
        const Array map = mapper_->map(clip, truth);
        box = salient_box(map.values, size, side);
        place.heat = coarse_heat(map.values, size, view);
    } else {
        const double x = draw();
        box = baseline_box(look_.focus, size, side, x, draw());
    }
    if (look_.focus == Focus::Upscaled)
        place.closer = enlarged(clip, box);
    place.region = {RegionKind::Salient, inside(share_of(box, size), view)};
    return place;
}

} // namespace fovea
