// SPDX-License-Identifier: MIT
#include "media/element.h"

#include "fovea/core/errors.h"

namespace fovea {

void load_fovea_elements()
{
    if (GstPlugin *plugin = gst_plugin_load_by_name("fovea"))
        gst_object_unref(plugin); // it stays loaded
}

void set_property(GstElement *element, const std::string &name, const std::string &value)
{
    const GParamSpec *spec =
        g_object_class_find_property(G_OBJECT_GET_CLASS(element), name.c_str());
    const char *type = GST_OBJECT_NAME(gst_element_get_factory(element));
    if (spec == nullptr)
        throw Error(Error::Kind::Settings, std::string("element '") + type + "' has no property '" +
                                               name + "'; is an older plugin on GST_PLUGIN_PATH?");
    if (G_PARAM_SPEC_VALUE_TYPE(spec) == G_TYPE_STRING) {
        g_object_set(element, name.c_str(), value.c_str(), nullptr);
        return;
    }
    GValue parsed = G_VALUE_INIT;
    g_value_init(&parsed, G_PARAM_SPEC_VALUE_TYPE(spec));
    const bool good = gst_value_deserialize(&parsed, value.c_str()) != FALSE &&
                      g_param_value_validate(const_cast<GParamSpec *>(spec), &parsed) == FALSE;
    if (good)
        g_object_set_property(G_OBJECT(element), name.c_str(), &parsed);
    g_value_unset(&parsed);
    if (!good)
        throw Error(Error::Kind::Settings, std::string(type) + ": '" + value +
                                               "' is not a value of '" + name +
                                               "'; gst-inspect-1.0 " + type + " lists them");
}

GstElement *make_element(const Stage &stage)
{
    GstElement *element = gst_element_factory_make(stage.factory.c_str(), nullptr);
    if (element == nullptr)
        throw Error(Error::Kind::Init, "there is no element '" + stage.factory +
                                           "'; 'fovea doctor' says what to install");
    try {
        for (const auto &[name, value] : stage.properties)
            set_property(element, name, value);
    } catch (...) {
        gst_object_unref(element);
        throw;
    }
    return element;
}

bool is_coded_as_pictures(const GstCaps *caps)
{
    return g_str_has_prefix(gst_structure_get_name(gst_caps_get_structure(caps, 0)), "image/");
}

ChainEnds add_chain(GstBin *bin, const Chain &chain,
                    const std::function<GstElement *(const Stage &)> &make)
{
    ChainEnds ends;
    for (const Stage &stage : chain) {
        GstElement *element = make(stage);
        gst_bin_add(bin, element);
        if (ends.last != nullptr && gst_element_link(ends.last, element) == FALSE)
            throw Error(Error::Kind::Init, std::string(GST_OBJECT_NAME(ends.last)) +
                                               " does not link to " + stage.factory);
        if (ends.first == nullptr)
            ends.first = element;
        ends.last = element;
    }
    return ends;
}

} // namespace fovea
