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

bool is_scarce(GstBuffer *buffer)
{
    if (buffer->pool != nullptr)
        return has_limit(buffer->pool);
    const auto *parent = gst_buffer_get_parent_buffer_meta(buffer);
    return parent != nullptr && is_scarce(parent->buffer);
}

} // namespace fovea
