// SPDX-License-Identifier: MIT
#include "actor/gstfoveaactor.h"
#include "alarm/gstfoveaalarm.h"
#include "attention/gstfoveaattention.h"
#include "camera/gstfoveacamera.h"
#include "detect/gstfoveadetect.h"
#include "dump/gstfoveadump.h"
#include "features/gstfoveafeatures.h"
#include "grid/gstfoveagrid.h"
#include "highlight/gstfoveahighlight.h"
#include "overlay/gstfoveaoverlay.h"
#include "pose/gstfoveapose.h"
#include "publish/gstfoveapublish.h"

static gboolean plugin_init(GstPlugin *plugin)
{
    gboolean all = TRUE;
    all &= GST_ELEMENT_REGISTER(foveacamera, plugin);
    all &= GST_ELEMENT_REGISTER(foveadetect, plugin);
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
