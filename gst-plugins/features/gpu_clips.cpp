// SPDX-License-Identifier: MIT
#include "features/gpu_clips.h"

#include <algorithm>
#include <stdexcept>

#include <gst/cuda/gstcudacontext.h>
#include <gst/cuda/gstcudamemory.h>

#include "base/mapped_frame.h"

namespace fovea {

namespace {

GstMemory *memory_of(const HeldFrame &frame)
{
    return gst_buffer_peek_memory(frame.buffer.get(), 0);
}

/** The CUDA context that a frame lies in, current while this lives */
class ContextScope
{
public:
    explicit ContextScope(const HeldFrame &frame)
    {
        if (!gst_cuda_context_push(GST_CUDA_MEMORY_CAST(memory_of(frame))->context))
            throw std::runtime_error("the CUDA context of a frame cannot be made current");
    }

    ~ContextScope() { gst_cuda_context_pop(nullptr); }

    ContextScope(const ContextScope &) = delete;
    ContextScope &operator=(const ContextScope &) = delete;
};

} // namespace

bool GpuClips::holds(const HeldFrame &frame)
{
    return gst_buffer_n_memory(frame.buffer.get()) > 0 && gst_is_cuda_memory(memory_of(frame));
}

void GpuClips::cut(const std::vector<HeldFrame> &clip, const Region *regions, std::size_t count,
                   Array *clips)
{
    const auto plane =
        static_cast<std::size_t>(size_.width) * static_cast<std::size_t>(size_.height);
    const std::size_t frames = clip.size();
    std::vector<Box> boxes;
    std::transform(regions, regions + count, std::back_inserter(boxes),
                   [](const Region &region) { return region.box; });
    for (std::size_t t = 0; t < frames; ++t) {
        const ContextScope current(clip[t]);
        const MappedFrame mapped(clip[t].buffer.get(), *clip[t].info,
                                 static_cast<GstMapFlags>(GST_MAP_READ | GST_MAP_CUDA));
        to_tensor_.write(mapped.view(), boxes, clips->values.data() + t * plane,
                         /*region_stride=*/3 * frames * plane, /*plane_stride=*/frames * plane);
    }
}

} // namespace fovea
