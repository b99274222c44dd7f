// SPDX-License-Identifier: MIT
#pragma once

#include <gst/gst.h>

namespace fovea {

/** \brief Holds the object lock of an element, which must outlive it; what throws under it lets go, too */
class ObjectLock
{
public:
    explicit ObjectLock(gpointer element) : element_(GST_OBJECT_CAST(element))
    {
        GST_OBJECT_LOCK(element_);
    }

    ~ObjectLock() { GST_OBJECT_UNLOCK(element_); }

    ObjectLock(const ObjectLock &) = delete;
    ObjectLock &operator=(const ObjectLock &) = delete;

private:
    GstObject *element_;
};

} // namespace fovea
