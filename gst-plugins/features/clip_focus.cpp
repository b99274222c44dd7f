#include "features/clip_focus.h"

#include "fovea/focus/coarse_heat.h"
#include "fovea/focus/enlarged.h"

namespace fovea {

ClipFocus::ClipFocus(const FocusOptions &options, std::unique_ptr<SalienceMapper> mapper)
    : options_(options), mapper_(std::move(mapper))
{
}

FocusedPlace ClipFocus::find(const Array &clip, const Box &view)
{
    const ImageSize size = {static_cast<int>(clip.shape[4]), static_cast<int>(clip.shape[3])};
    const ImageSize side = box_size(size, options_.size);
    FocusedPlace place;
    PixelBox box;
    if (is_by_saliency(options_.look.focus)) {
        const Array map = mapper_->map(clip);
        box = salient_box(map.values, size, side);
        place.heat = coarse_heat(map.values, size, view);
    } else {
        std::uniform_real_distribution<double> draw(0, 1);
        const double x = draw(random_);
        box = baseline_box(options_.look.focus, size, side, x, draw(random_));
    }
    if (options_.look.focus == Focus::Upscaled)
        place.closer = enlarged(clip, box);
    place.region = {RegionKind::Salient, inside(share_of(box, size), view)};
    return place;
}

} // namespace fovea
