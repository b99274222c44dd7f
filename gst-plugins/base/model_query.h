// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <gst/base/gstbasetransform.h>

namespace fovea {

/** \brief A query that goes upstream until an element says which model its rows are made by */
constexpr const char *model_query_name = "fovea-model";

/** \return whether \a query was one, and is answered with \a model now */
inline bool answer_model_query(GstQuery *query, const std::string &model)
{
    const GstStructure *asked = gst_query_get_structure(query);
    if (GST_QUERY_TYPE(query) != GST_QUERY_CUSTOM || asked == nullptr ||
        gst_structure_has_name(asked, model_query_name) == FALSE)
        return false;
    gst_structure_set(gst_query_writable_structure(query), "model", G_TYPE_STRING, model.c_str(),
                      nullptr);
    return true;
}

/** \brief Name or folder of the model that makes the rows that reach \a element; empty: nobody says */
inline std::string model_upstream(GstElement *element)
{
    const std::unique_ptr<GstQuery, decltype(&gst_query_unref)> query(
        gst_query_new_custom(GST_QUERY_CUSTOM, gst_structure_new_empty(model_query_name)),
        gst_query_unref);
    if (gst_pad_peer_query(GST_BASE_TRANSFORM_SINK_PAD(element), query.get()) == FALSE)
        return "";
    const gchar *model = gst_structure_get_string(gst_query_get_structure(query.get()), "model");
    return model != nullptr ? model : "";
}

} // namespace fovea
