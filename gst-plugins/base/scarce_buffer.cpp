// SPDX-License-Identifier: MIT
#include "base/scarce_buffer.h"

namespace fovea {

namespace {

bool has_limit(GstBufferPool *pool)
{
    GstStructure *config = gst_buffer_pool_get_config(pool);
    guint most = 0;
    const gboolean known =
        gst_buffer_pool_config_get_params(config, nullptr, nullptr, nullptr, &most);
    gst_structure_free(config);
    return known != FALSE && most > 0;
}

} // namespace

bool ScarceBuffers::has(GstBuffer *buffer)
{
    if (buffer->pool == nullptr) {
        const auto *parent = gst_buffer_get_parent_buffer_meta(buffer);
        return parent != nullptr && has(parent->buffer);
    }
    if (buffer->pool != pool_.get()) {
        has_limit_ = has_limit(buffer->pool);
        pool_.reset(GST_BUFFER_POOL(gst_object_ref(buffer->pool)));
    }
    return has_limit_;
}

} // namespace fovea
