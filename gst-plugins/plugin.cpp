#include <gst/gst.h>

static gboolean plugin_init(GstPlugin *)
{
    return TRUE;
}

GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, fovea, "Human activity recognition",
                  plugin_init, VERSION, "MIT/X11", PACKAGE, "https://example.org/fovea")
