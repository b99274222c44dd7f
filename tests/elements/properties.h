// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gst/gst.h>

#include <gtest/gtest.h>

namespace fovea::test {

/** \brief The first error on the bus when an element that was set up wrongly is started */
struct StartError {
    GQuark domain = 0;
    gint code = -1;
    std::string text; ///< empty: it started
};

inline StartError start_error(const char *factory,
                              const std::vector<std::pair<const char *, const char *>> &properties)
{
    GstElement *element = gst_element_factory_make(factory, nullptr);
    GstBus *bus = gst_bus_new();
    gst_element_set_bus(element, bus);
    for (const auto &[name, value] : properties)
        gst_util_set_object_arg(G_OBJECT(element), name, value);

    StartError found;
    const auto change = gst_element_set_state(element, GST_STATE_PAUSED);
    if (GstMessage *message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR)) {
        EXPECT_EQ(change, GST_STATE_CHANGE_FAILURE);
        GError *error = nullptr;
        gst_message_parse_error(message, &error, nullptr);
        found = {error->domain, error->code, error->message};
        EXPECT_EQ(found.text.find('\n'), std::string::npos) << found.text;
        g_error_free(error);
        gst_message_unref(message);
    }
    gst_element_set_state(element, GST_STATE_NULL);
    gst_element_set_bus(element, nullptr);
    gst_object_unref(bus);
    gst_object_unref(element);
    return found;
}

/** \brief A value out of range leaves the default; GObject warns once, which newer GLib calls critical */
template <typename Value>
void expect_refused(const char *factory, const char *property, Value value, Value fallback)
{
    SCOPED_TRACE(std::string(factory) + " " + property);
    GstElement *element = gst_element_factory_make(factory, nullptr);
    const GParamSpec *spec = g_object_class_find_property(G_OBJECT_GET_CLASS(element), property);
    ASSERT_NE(spec, nullptr);
    int warnings = 0;
    const GLogLevelFlags fatal = g_log_set_always_fatal(static_cast<GLogLevelFlags>(0));
    const guint handler = g_log_set_handler(
        "GLib-GObject",
        static_cast<GLogLevelFlags>(G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL | G_LOG_FLAG_FATAL),
        [](const gchar *, GLogLevelFlags, const gchar *, gpointer count) {
            ++*static_cast<int *>(count);
        },
        &warnings);
    g_object_set(element, property, value, nullptr);
    g_log_remove_handler("GLib-GObject", handler);
    g_log_set_always_fatal(fatal);
    Value now = value;
    g_object_get(element, property, &now, nullptr);
    EXPECT_EQ(now, fallback);
    EXPECT_EQ(warnings, 1);
    gst_object_unref(element);
}

} // namespace fovea::test
