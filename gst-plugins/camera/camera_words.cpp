// SPDX-License-Identifier: MIT
#include "camera/camera_words.h"

namespace fovea {

std::string missing_element(GstMessage *message)
{
    const GstStructure *content = gst_message_get_structure(message);
    if (content == nullptr || gst_structure_has_name(content, "missing-plugin") == FALSE)
        return "";
    const gchar *name = gst_structure_get_string(content, "name");
    return name != nullptr ? name : "";
}

std::string words_of(GstMessage *error, const std::string &missing)
{
    g_autoptr(GError) told = nullptr;
    g_autofree gchar *debug = nullptr;
    gst_message_parse_error(error, &told, &debug);
    std::string words = told->message;
    words = words.substr(0, words.find('\n'));
    const bool lacks =
        g_error_matches(told, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN) != FALSE ||
        g_error_matches(told, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND) != FALSE;
    if (lacks && !missing.empty())
        return words + " (" + missing + ")";
    // where in the source, a line break, and what is behind it
    const std::string details = debug != nullptr ? debug : "";
    const std::size_t cause = details.rfind('\n');
    const bool is_general =
        g_error_matches(told, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED) != FALSE;
    return is_general && cause != std::string::npos ? words + " (" + details.substr(cause + 1) + ")"
                                                    : words;
}

} // namespace fovea
