// SPDX-License-Identifier: MIT
#include "publish/line_origin.h"

#include <memory>

#include <gst/base/gstbasetransform.h>

#include "base/parsed_uri.h"

namespace fovea {

std::string uri_upstream(GstElement *element)
{
    const std::unique_ptr<GstQuery, decltype(&gst_query_unref)> query(gst_query_new_uri(),
                                                                      gst_query_unref);
    if (gst_pad_peer_query(GST_BASE_TRANSFORM_SINK_PAD(element), query.get()) == FALSE)
        return "";
    g_autofree gchar *text = nullptr;
    gst_query_parse_uri(query.get(), &text);
    g_autoptr(GstUri) uri = text != nullptr ? parsed_uri(text) : nullptr;
    if (uri == nullptr)
        return "";
    if (gst_uri_get_userinfo(uri) == nullptr)
        return text;
    gst_uri_set_userinfo(uri, nullptr);
    g_autofree gchar *bare = gst_uri_to_string(uri);
    return bare;
}

} // namespace fovea
