// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "base/gstfoveafilter.h"
#include "base/property_table.h"

namespace fovea {

/** \brief The readings of an element that tells nothing but its options */
struct NoReadings {
};

/**
 * \brief What the class of each filter element does: properties set its Options, a Worker is made
 * from them when it starts
 *
 * Options and Readings live as long as the element; they are made and deleted by GstFoveaFilter.
 * \tparam Instance the element's GObject struct
 * \tparam Worker a FrameWorker, built from (GstElement *, const Options &), and where there are
 * Readings from (GstElement *, const Options &, Readings *)
 * \tparam Readings what the element tells of its work; read and written by any thread
 */
template <typename Instance, typename Options, typename Worker, typename Readings = NoReadings>
class FilterClass
{
    static_assert(std::is_trivial_v<Instance>,
                  "GObject zero-fills the struct and never runs constructors: only plain members "
                  "live in it");

public:
    using Properties = PropertyTable<Options>;

    /** \brief In class_init. \param access as gst_fovea_filter_class_add_templates takes it */
    static void install(gpointer klass, Properties properties, GstMapFlags access)
    {
        table() = std::move(properties);

        auto *object_class = G_OBJECT_CLASS(klass);
        object_class->set_property = set_property;
        object_class->get_property = get_property;
        table().install(object_class);

        auto *filter_class = GST_FOVEA_FILTER_CLASS(klass);
        filter_class->make_state = make_state;
        filter_class->make_worker = make_worker;
        gst_fovea_filter_class_add_templates(filter_class, access);
    }

    /** \brief The options as they are set now */
    static Options options(gpointer self)
    {
        GST_OBJECT_LOCK(self);
        Options options = state(self).options;
        GST_OBJECT_UNLOCK(self);
        return options;
    }

    static Readings &readings(gpointer self) { return state(self).readings; }

private:
    struct State {
        Options options; ///< guarded by the object lock
        Readings readings;
    };

    static Properties &table() // written once, in class_init
    {
        static Properties table;
        return table;
    }

    static State &state(gpointer self)
    {
        return *static_cast<State *>(gst_fovea_filter_get_state(GST_FOVEA_FILTER(self)));
    }

    static std::shared_ptr<void> make_state() { return std::make_shared<State>(); }

    static std::unique_ptr<FrameWorker> make_worker(GstFoveaFilter *self)
    {
        auto *element = GST_ELEMENT(self);
        if constexpr (std::is_same_v<Readings, NoReadings>)
            return std::make_unique<Worker>(element, options(self));
        else
            return std::make_unique<Worker>(element, options(self), &readings(self));
    }

    static void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
    {
        table().set(object, &state(object).options, id, value, pspec);
    }

    static void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
    {
        table().get(object, &state(object).options, id, value, pspec);
    }
};

} // namespace fovea
