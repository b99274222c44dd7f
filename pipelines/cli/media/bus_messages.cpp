// SPDX-License-Identifier: MIT
#include "media/bus_messages.h"

#include <cerrno>
#include <string>

#include "fovea/core/errors.h"
#include "fovea/store/atomic_file.h"

namespace fovea {

namespace {

/* What videoconvert says of a frame that it does not understand and passes on unfilled */
bool is_unconverted(const GError *warning)
{
    return warning->domain == GST_CORE_ERROR && warning->code == GST_CORE_ERROR_NOT_IMPLEMENTED;
}

/* A generic "Internal data stream error." hides its cause in the last line of the debug text. */
std::string text_of(const GError *error, const gchar *debug)
{
    std::string text = error->message;
    if (error->domain == GST_STREAM_ERROR && error->code == GST_STREAM_ERROR_FAILED &&
        debug != nullptr) {
        const std::string details = debug;
        const auto last_line = details.find_last_of('\n');
        if (last_line != std::string::npos)
            text += " (" + details.substr(last_line + 1) + ")";
    }
    return text;
}

/* The element says that its disk is full, not which file it wrote there. */
Error error_of(GstMessage *message)
{
    g_autoptr(GError) error = nullptr;
    g_autofree gchar *debug = nullptr;
    gst_message_parse_error(message, &error, &debug);
    if (g_error_matches(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT) != FALSE &&
        g_object_class_find_property(G_OBJECT_GET_CLASS(GST_MESSAGE_SRC(message)), "location") !=
            nullptr) {
        g_autofree gchar *location = nullptr;
        g_object_get(GST_MESSAGE_SRC(message), "location", &location, nullptr);
        return cannot_write(location, ENOSPC);
    }
    return {Error::Kind::Settings, text_of(error, debug)};
}

void note_warning(GstMessage *message, DecodingReport *report)
{
    g_autoptr(GError) warning = nullptr;
    g_autofree gchar *debug = nullptr;
    gst_message_parse_warning(message, &warning, &debug);
    if (is_unconverted(warning)) {
        ++report->unread;
        return;
    }
    report->warnings.insert(std::string(GST_OBJECT_NAME(GST_MESSAGE_SRC(message))) + ": " +
                            text_of(warning, debug));
}

} // namespace

bool handle_message(GstMessage *message, const PipelineWatcher &watcher, DecodingReport *report)
{
    switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_EOS:
        return true;
    case GST_MESSAGE_ERROR:
        throw error_of(message);
    case GST_MESSAGE_WARNING:
        note_warning(message, report);
        return false;
    case GST_MESSAGE_ELEMENT:
        if (watcher.message)
            watcher.message(gst_message_get_structure(message));
        return false;
    default:
        return false;
    }
}

std::string why_undecodable(const GError *error, bool is_of_format)
{
    const std::string remedy = "make another file of it first, for example with: ffmpeg -i FILE "
                               "-pix_fmt yuv420p OTHER.mp4";
    const std::string reason = error != nullptr ? std::string(": ") + error->message : "";
    if (g_error_matches(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_FAILED) == FALSE)
        return "cannot be decoded (damaged, cut short, or no video)" + reason;
    if (is_of_format)
        return "has pixels of a format that GStreamer lacks; " + remedy;
    return "cannot be decoded" + reason + "; where GStreamer lacks the format of its pixels, " +
           remedy;
}

} // namespace fovea
