// SPDX-License-Identifier: MIT
#include "camera/http_redirection.h"

namespace fovea {

bool is_led_elsewhere(GstMessage *error)
{
    const GstStructure *details = nullptr;
    gst_message_parse_error_details(error, &details);
    guint status = 0;
    return details != nullptr &&
           gst_structure_get_uint(details, "http-status-code", &status) != FALSE && status >= 300 &&
           status < 400;
}

std::string location_of(GstMessage *message)
{
    const GstStructure *answer = gst_message_get_structure(message);
    if (gst_structure_has_name(answer, "http-headers") == FALSE)
        return "";
    const GValue *headers = gst_structure_get_value(answer, "response-headers");
    if (headers == nullptr || !GST_VALUE_HOLDS_STRUCTURE(headers))
        return "";
    const GstStructure *fields = gst_value_get_structure(headers);
    for (gint i = 0; i < gst_structure_n_fields(fields); ++i) {
        const gchar *name = gst_structure_nth_field_name(fields, static_cast<guint>(i));
        const gchar *value = gst_structure_get_string(fields, name);
        if (value != nullptr && g_ascii_strcasecmp(name, "location") == 0)
            return value;
    }
    return "";
}

} // namespace fovea
