// SPDX-License-Identifier: MIT
#include "base/expected_input.h"

#include <algorithm>
#include <memory>
#include <string>

namespace fovea {

namespace {

constexpr const char *query_name = "fovea-maker";

/** \return such as foveaalarm; empty: made without a factory */
const char *factory_name(GstElement *element)
{
    GstElementFactory *factory = gst_element_get_factory(element);
    return factory != nullptr ? GST_OBJECT_NAME(factory) : "";
}

} // namespace

bool asks_for(GstQuery *query, GstElement *element)
{
    const GstStructure *asked = gst_query_get_structure(query);
    if (GST_QUERY_TYPE(query) != GST_QUERY_CUSTOM || asked == nullptr ||
        gst_structure_has_name(asked, query_name) == FALSE)
        return false;
    return g_strcmp0(gst_structure_get_string(asked, "element"), factory_name(element)) == 0;
}

bool is_upstream(GstElement *element, const char *maker)
{
    g_autoptr(GstPad) sink = gst_element_get_static_pad(element, "sink");
    const std::unique_ptr<GstQuery, decltype(&gst_query_unref)> query(
        gst_query_new_custom(GST_QUERY_CUSTOM, gst_structure_new(query_name, "element",
                                                                 G_TYPE_STRING, maker, nullptr)),
        gst_query_unref);
    return gst_pad_peer_query(sink, query.get()) != FALSE;
}

void ExpectedInput::see_frame(Nanoseconds time)
{
    if (is_settled_)
        return;
    if (!first_ || time < *first_)
        first_ = time;
    if (time - *first_ >= patience)
        warn_unless_made();
}

void ExpectedInput::end()
{
    if (!is_settled_ && first_)
        warn_unless_made();
}

void ExpectedInput::warn_unless_made()
{
    is_settled_ = true;
    const auto stands = [&](const char *maker) { return is_upstream(element_, maker); };
    if (std::any_of(makers_.begin(), makers_.end(), stands))
        return;
    std::string names;
    for (const char *maker : makers_)
        names += (names.empty() ? "" : " or ") + std::string(maker);
    has_warned_ = true;
    GST_ELEMENT_WARNING(element_, STREAM, FAILED,
                        ("no %s has come, which %s makes; put it before %s%s", what_, names.c_str(),
                         factory_name(element_), hint_),
                        (nullptr));
}

} // namespace fovea
