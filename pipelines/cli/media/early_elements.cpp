// SPDX-License-Identifier: MIT
#include "media/early_elements.h"

#include <algorithm>

#include "fovea/core/errors.h"
#include "media/element.h"

namespace fovea {

namespace {

void drop(GstElement *element)
{
    gst_element_set_state(element, GST_STATE_NULL);
    gst_object_unref(element);
}

bool is_live(GstElement *element, const std::string &property)
{
    const GParamSpec *spec =
        g_object_class_find_property(G_OBJECT_GET_CLASS(element), property.c_str());
    return spec != nullptr && (spec->flags & GST_PARAM_MUTABLE_PLAYING) != 0;
}

/** \brief Whether an element of one stage can be made one of another while it plays */
bool can_become(GstElement *element, const Stage &from, const Stage &to)
{
    return from.factory == to.factory && from.properties.size() == to.properties.size() &&
           std::equal(from.properties.begin(), from.properties.end(), to.properties.begin(),
                      [&](const auto &has, const auto &gets) {
                          return has == gets ||
                                 (has.first == gets.first && is_live(element, has.first));
                      });
}

} // namespace

EarlyElements::EarlyElements(const std::vector<Stage> &stages)
{
    for (const Stage &stage : stages) {
        try {
            auto *element = GST_ELEMENT(gst_object_ref_sink(make_element(stage)));
            if (gst_element_set_state(element, GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE)
                drop(element);
            else
                elements_.push_back({stage, element});
        } catch (const Error &) { // whoever needs it says so
        }
    }
}

EarlyElements::~EarlyElements()
{
    clear();
}

void EarlyElements::clear()
{
    const std::lock_guard lock(mutex_);
    for (const Started &one : elements_)
        drop(one.element);
    elements_.clear();
}

GstElement *EarlyElements::take(const Stage &stage)
{
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(elements_.begin(), elements_.end(), [&](const Started &one) {
        return can_become(one.element, one.stage, stage);
    });
    if (found == elements_.end())
        return nullptr;
    for (std::size_t i = 0; i < stage.properties.size(); ++i) {
        if (found->stage.properties[i] != stage.properties[i])
            set_property(found->element, stage.properties[i].first, stage.properties[i].second);
    }
    GstElement *element = found->element;
    elements_.erase(found);
    g_object_force_floating(G_OBJECT(element)); // as a new one, for the bin that it is added to
    return element;
}

} // namespace fovea
