// SPDX-License-Identifier: MIT
#include <gst/gst.h>

GST_ELEMENT_REGISTER_DECLARE(foveacamera)
GST_ELEMENT_REGISTER_DECLARE(foveadetect)
GST_ELEMENT_REGISTER_DECLARE(foveatrack)
GST_ELEMENT_REGISTER_DECLARE(foveapose)
GST_ELEMENT_REGISTER_DECLARE(foveaactor)
GST_ELEMENT_REGISTER_DECLARE(foveagrid)
GST_ELEMENT_REGISTER_DECLARE(foveafeatures)
GST_ELEMENT_REGISTER_DECLARE(foveaattention)
GST_ELEMENT_REGISTER_DECLARE(foveaalarm)
GST_ELEMENT_REGISTER_DECLARE(foveadump)
GST_ELEMENT_REGISTER_DECLARE(foveahighlight)
GST_ELEMENT_REGISTER_DECLARE(foveaoverlay)
GST_ELEMENT_REGISTER_DECLARE(foveapublish)

static gboolean plugin_init(GstPlugin *plugin)
{
    gboolean all = TRUE;
    all &= GST_ELEMENT_REGISTER(foveacamera, plugin);
    all &= GST_ELEMENT_REGISTER(foveadetect, plugin);
    all &= GST_ELEMENT_REGISTER(foveatrack, plugin);
    all &= GST_ELEMENT_REGISTER(foveapose, plugin);
    all &= GST_ELEMENT_REGISTER(foveaactor, plugin);
    all &= GST_ELEMENT_REGISTER(foveagrid, plugin);
    all &= GST_ELEMENT_REGISTER(foveafeatures, plugin);
    all &= GST_ELEMENT_REGISTER(foveaattention, plugin);
    all &= GST_ELEMENT_REGISTER(foveaalarm, plugin);
    all &= GST_ELEMENT_REGISTER(foveadump, plugin);
    all &= GST_ELEMENT_REGISTER(foveahighlight, plugin);
    all &= GST_ELEMENT_REGISTER(foveaoverlay, plugin);
    all &= GST_ELEMENT_REGISTER(foveapublish, plugin);
    return all;
}

GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, fovea, "Human activity recognition",
                  plugin_init, VERSION, "MIT/X11", PACKAGE,
                  "Unknown package origin") // it has no address; in GStreamer's own words
