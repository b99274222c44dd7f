// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "base/bus_error.h"
#include "base/gstfoveafilter.h"
#include "base/object_lock.h"
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
 * Readings from (GstElement *, const Options &, Readings *). Where properties are live it has
 * update(const Options &): called before the next frame after some of them changed; what it throws of kind
 * Settings, having changed nothing, becomes a warning, and the properties go back to what they were
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

    /** \brief Class_init calls it. \param access as of gst_fovea_filter_class_add_templates */
    static void install(gpointer klass, Properties properties, GstMapFlags access)
    {
        g_assert(takes_updates || !properties.has_live());
        table() = std::move(properties);

        auto *object_class = G_OBJECT_CLASS(klass);
        object_class->set_property = set_property;
        object_class->get_property = get_property;
        table().install(object_class);

        auto *filter_class = GST_FOVEA_FILTER_CLASS(klass);
        filter_class->make_state = make_state;
        filter_class->make_worker = make_worker;
        filter_class->update_worker = update_worker;
        filter_class->worker_is_gone = worker_is_gone;
        gst_fovea_filter_class_add_templates(filter_class, access);
    }

    /** \brief The options as they are set now */
    static Options options(gpointer self) { return state(self).settings.now(self); }

    static Readings &readings(gpointer self) { return state(self).readings; }

private:
    struct State {
        Settings<Options> settings;
        Readings readings;
    };

    template <typename Any, typename = void>
    struct HasUpdate : std::false_type {
    };

    template <typename Any>
    struct HasUpdate<
        Any, std::void_t<decltype(std::declval<Any &>().update(std::declval<const Options &>()))>>
        : std::true_type {
    };

    static constexpr bool takes_updates = HasUpdate<Worker>::value;

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
        const Options options = state(self).settings.take(self);
        keep_in_force(self, options);
        if constexpr (std::is_same_v<Readings, NoReadings>)
            return std::make_unique<Worker>(element, options);
        else
            return std::make_unique<Worker>(element, options, &readings(self));
    }

    static void update_worker(GstFoveaFilter *self, FrameWorker *worker)
    {
        if constexpr (takes_updates) {
            if (is_changed(self))
                update(self, static_cast<Worker *>(worker));
        }
    }

    static bool is_changed(GstFoveaFilter *self)
    {
        const ObjectLock lock(self);
        return state(self).settings.changed;
    }

    static void update(GstFoveaFilter *self, Worker *worker)
    {
        const Options options = state(self).settings.take(self);
        if (taken_or_warned(self, [&] { worker->update(options); })) {
            keep_in_force(self, options);
            return;
        }
        const ObjectLock lock(self);
        Settings<Options> &settings = state(self).settings;
        if (!settings.changed) // else what came meanwhile is tried with the next frame
            settings.options = settings.in_force;
    }

    static void keep_in_force(GstFoveaFilter *self, const Options &options)
    {
        const ObjectLock lock(self);
        state(self).settings.in_force = options;
    }

    static void worker_is_gone(GstFoveaFilter *self) { state(self).settings.release(self); }

    static void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
    {
        table().set(object, &state(object).settings, id, value, pspec);
    }

    static void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
    {
        table().get(object, &state(object).settings, id, value, pspec);
    }
};

} // namespace fovea
