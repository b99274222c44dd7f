// SPDX-License-Identifier: MIT
#include <stdexcept>

#include <gst/gst.h>

#include <gtest/gtest.h>

#include "base/property_table.h"

namespace {

using fovea::Settings;

/** \brief Options whose copy throws, as text does where memory is short */
struct Uncopied {
    Uncopied() = default;

    Uncopied(const Uncopied & /*other*/) { throw std::length_error("no memory"); }
};

bool is_locked(GstElement *element)
{
    if (g_mutex_trylock(GST_OBJECT_GET_LOCK(element)) == FALSE)
        return true;
    GST_OBJECT_UNLOCK(element);
    return false;
}

TEST(Settings, ThatCannotBeCopiedLetGoOfTheObjectLock)
{
    g_autoptr(GstElement) element = GST_ELEMENT(gst_object_ref_sink(gst_bin_new(nullptr)));
    Settings<Uncopied> settings;
    EXPECT_THROW(settings.now(element), std::length_error);
    EXPECT_FALSE(is_locked(element));
    EXPECT_THROW(settings.take(element), std::length_error);
    EXPECT_FALSE(is_locked(element));
    EXPECT_FALSE(settings.started) << "nothing works by them";
}

TEST(Settings, AreTakenAndReleased)
{
    g_autoptr(GstElement) element = GST_ELEMENT(gst_object_ref_sink(gst_bin_new(nullptr)));
    Settings<int> settings;
    settings.options = 3;
    settings.changed = true;
    EXPECT_EQ(settings.take(element), 3);
    EXPECT_TRUE(settings.started);
    EXPECT_FALSE(settings.changed);
    settings.release(element);
    EXPECT_FALSE(settings.started);
    EXPECT_FALSE(is_locked(element));
}

} // namespace
