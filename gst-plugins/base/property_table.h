// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gst/gst.h>

#include "base/object_lock.h"

namespace fovea {

/** \brief Flags of a property that the element tells and nobody sets */
constexpr auto readable = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

/** \brief The options of an element; all of it is guarded by the object lock, which the functions take */
template <typename Options>
struct Settings {
    Options options;
    Options in_force;     ///< what works by them goes by
    bool started = false; ///< something works by them: only live ones change now
    bool changed = false; ///< since whatever works by them took them

    /** \brief As they are set now */
    Options now(gpointer element) const
    {
        const ObjectLock lock(element);
        return options;
    }

    /** \brief Something works by them from here on */
    Options take(gpointer element)
    {
        const ObjectLock lock(element);
        Options taken = options; // may throw
        started = true;
        changed = false;
        return taken;
    }

    /** \brief Nothing works by them any more */
    void release(gpointer element)
    {
        const ObjectLock lock(element);
        started = false;
    }
};

/** \brief Tells on the bus that a property keeps its value until the element stops */
void warn_property_is_fixed(GObject *object, const GParamSpec *spec);

/**
 * \brief The properties of an element: each said once, with the field of Options it stands for
 *
 * Defaults are those of Options. A field is `&Options::threshold`, or where it lies deeper a
 * function from Options & to it. Its type decides the property's: std::string, bool, an enum, int,
 * unsigned, int64, float or double. Ids count from 1 in the order of adding.
 */
template <typename Options>
class PropertyTable
{
public:
    /** \brief A text (NULL counts as empty) or a switch */
    template <typename Field>
    void add(const char *name, const char *nick, const char *blurb, Field field)
    {
        Options defaults;
        const auto &value = std::invoke(field, defaults);
        if constexpr (std::is_same_v<Type<Field>, bool>) {
            keep(g_param_spec_boolean(name, nick, blurb, value ? TRUE : FALSE, writable), field);
        } else {
            static_assert(std::is_same_v<Type<Field>, std::string>, "a number needs its range");
            keep(g_param_spec_string(name, nick, blurb, value.c_str(), writable), field);
        }
    }

    /** \brief A number in [low, high] */
    template <typename Field>
    void add(const char *name, const char *nick, const char *blurb, Field field,
             std::remove_reference_t<std::invoke_result_t<Field, Options &>> low,
             decltype(low) high)
    {
        Options defaults;
        const Type<Field> value = std::invoke(field, defaults);
        if constexpr (std::is_same_v<Type<Field>, int>)
            keep(g_param_spec_int(name, nick, blurb, low, high, value, writable), field);
        else if constexpr (std::is_same_v<Type<Field>, guint>)
            keep(g_param_spec_uint(name, nick, blurb, low, high, value, writable), field);
        else if constexpr (std::is_same_v<Type<Field>, std::int64_t>)
            keep(g_param_spec_int64(name, nick, blurb, low, high, value, writable), field);
        else if constexpr (std::is_same_v<Type<Field>, float>)
            keep(g_param_spec_float(name, nick, blurb, low, high, value, writable), field);
        else
            keep(g_param_spec_double(name, nick, blurb, low, high, value, writable), field);
    }

    /** \brief One of the values of an enum that is registered as \a type, which is API from here */
    template <typename Field>
    void add_choice(const char *name, const char *nick, const char *blurb, Field field, GType type)
    {
        gst_type_mark_as_plugin_api(type, static_cast<GstPluginAPIFlags>(0));
        Options defaults;
        keep(g_param_spec_enum(name, nick, blurb, type,
                               static_cast<gint>(std::invoke(field, defaults)), writable),
             field);
    }

    /**
     * \brief These are taken while the element plays; the others are refused then, with a warning
     * \param names of properties added before
     */
    void live(std::initializer_list<const char *> names)
    {
        for (const char *name : names) {
            Property *property = nullptr;
            for (Property &one : properties_)
                property = std::strcmp(one.spec->name, name) == 0 ? &one : property;
            g_assert(property != nullptr);
            property->spec->flags = static_cast<GParamFlags>(
                (property->spec->flags & ~GST_PARAM_MUTABLE_READY) | GST_PARAM_MUTABLE_PLAYING);
        }
    }

    /** \brief Whether any of them is live */
    bool has_live() const
    {
        for (const Property &property : properties_)
            if (is_live(property))
                return true;
        return false;
    }

    /** \brief What the element tells about itself; \a spec has the flags \a readable */
    void add_reading(GParamSpec *spec, std::function<void(GObject *, GValue *)> read)
    {
        properties_.push_back({spec, nullptr, nullptr, std::move(read)});
    }

    /** \brief The reading `stats`: what \a stats gives goes to whoever asks */
    void add_stats(const char *blurb, std::function<GstStructure *(GObject *)> stats)
    {
        add_reading(g_param_spec_boxed("stats", "Statistics", blurb, GST_TYPE_STRUCTURE, readable),
                    [stats = std::move(stats)](GObject *object, GValue *value) {
                        g_value_take_boxed(value, stats(object));
                    });
    }

    void install(GObjectClass *klass) const
    {
        for (std::size_t i = 0; i < properties_.size(); ++i)
            g_object_class_install_property(klass, static_cast<guint>(i + 1), properties_[i].spec);
    }

    /** \brief GObjectClass::set_property */
    void set(GObject *object, Settings<Options> *settings, guint id, const GValue *value,
             GParamSpec *pspec) const
    {
        const Property *property = find(id);
        if (property == nullptr || !property->write) {
            G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
            return;
        }
        if (!is_written(object, settings, *property, value))
            warn_property_is_fixed(object, pspec); // without the lock, which the bus may want
    }

    /** \brief GObjectClass::get_property */
    void get(GObject *object, Settings<Options> *settings, guint id, GValue *value,
             GParamSpec *pspec) const
    {
        const Property *property = find(id);
        if (property == nullptr) {
            G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
            return;
        }
        if (property->tell) {
            property->tell(object, value);
            return;
        }
        const ObjectLock lock(object);
        property->read(&settings->options, value);
    }

private:
    template <typename Field>
    using Type = std::remove_reference_t<std::invoke_result_t<Field, Options &>>;

    struct Property {
        GParamSpec *spec = nullptr; ///< owned by the class once installed
        std::function<void(Options *, const GValue *)> write;
        std::function<void(Options *, GValue *)> read;
        std::function<void(GObject *, GValue *)> tell; ///< of a reading, else empty
    };

    static constexpr auto writable = static_cast<GParamFlags>(
        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);

    static bool is_live(const Property &property)
    {
        return (property.spec->flags & GST_PARAM_MUTABLE_PLAYING) != 0;
    }

    static bool has_value(Options *options, const Property &property, const GValue *value)
    {
        GValue own = G_VALUE_INIT;
        g_value_init(&own, G_PARAM_SPEC_VALUE_TYPE(property.spec));
        property.read(options, &own);
        const bool is_same = g_param_values_cmp(property.spec, &own, value) == 0;
        g_value_unset(&own);
        return is_same;
    }

    /** \return false: it keeps its value, another one, until the element stops */
    static bool is_written(GObject *object, Settings<Options> *settings, const Property &property,
                           const GValue *value)
    {
        const ObjectLock lock(object);
        if (settings->started && !is_live(property))
            return has_value(&settings->options, property, value);
        property.write(&settings->options, value);
        settings->changed = true;
        return true;
    }

    const Property *find(guint id) const
    {
        return id >= 1 && id <= properties_.size() ? &properties_[id - 1] : nullptr;
    }

    template <typename Field>
    void keep(GParamSpec *spec, Field field)
    {
        properties_.push_back({spec,
                               [field](Options *options, const GValue *value) {
                                   take(value, &std::invoke(field, *options));
                               },
                               [field](Options *options, GValue *value) {
                                   give(std::invoke(field, *options), value);
                               },
                               nullptr});
    }

    template <typename Value>
    static void take(const GValue *from, Value *to)
    {
        if constexpr (std::is_same_v<Value, std::string>) {
            const gchar *text = g_value_get_string(from);
            *to = text != nullptr ? text : "";
        } else if constexpr (std::is_same_v<Value, bool>) {
            *to = g_value_get_boolean(from) != FALSE;
        } else if constexpr (std::is_enum_v<Value>) {
            *to = static_cast<Value>(g_value_get_enum(from));
        } else if constexpr (std::is_same_v<Value, int>) {
            *to = g_value_get_int(from);
        } else if constexpr (std::is_same_v<Value, guint>) {
            *to = g_value_get_uint(from);
        } else if constexpr (std::is_same_v<Value, std::int64_t>) {
            *to = g_value_get_int64(from);
        } else if constexpr (std::is_same_v<Value, float>) {
            *to = g_value_get_float(from);
        } else {
            *to = g_value_get_double(from);
        }
    }

    template <typename Value>
    static void give(const Value &from, GValue *to)
    {
        if constexpr (std::is_same_v<Value, std::string>)
            g_value_set_string(to, from.c_str());
        else if constexpr (std::is_same_v<Value, bool>)
            g_value_set_boolean(to, from ? TRUE : FALSE);
        else if constexpr (std::is_enum_v<Value>)
            g_value_set_enum(to, static_cast<gint>(from));
        else if constexpr (std::is_same_v<Value, int>)
            g_value_set_int(to, from);
        else if constexpr (std::is_same_v<Value, guint>)
            g_value_set_uint(to, from);
        else if constexpr (std::is_same_v<Value, std::int64_t>)
            g_value_set_int64(to, from);
        else if constexpr (std::is_same_v<Value, float>)
            g_value_set_float(to, from);
        else
            g_value_set_double(to, from);
    }

    std::vector<Property> properties_;
};

/**
 * \brief Class_init of an element that is no filter calls it
 * \tparam properties gives its table \tparam state_of gives what of an instance holds its `settings`
 */
template <auto properties, auto state_of>
void install_properties(GObjectClass *klass)
{
    klass->set_property = [](GObject *object, guint id, const GValue *value, GParamSpec *spec) {
        properties().set(object, &state_of(object)->settings, id, value, spec);
    };
    klass->get_property = [](GObject *object, guint id, GValue *value, GParamSpec *spec) {
        properties().get(object, &state_of(object)->settings, id, value, spec);
    };
    properties().install(klass);
}

} // namespace fovea
