// SPDX-License-Identifier: MIT
#include "base/bus_error.h"

#include <exception>
#include <string>

#include "fovea/core/error_text.h"
#include "fovea/core/errors.h"

namespace fovea {

namespace {

void post(GstElement *element, const Error &error)
{
    switch (error.kind()) {
    case Error::Kind::NotFound:
        GST_ELEMENT_ERROR(element, RESOURCE, NOT_FOUND, ("%s", error.what()), (nullptr));
        break;
    case Error::Kind::Settings:
        GST_ELEMENT_ERROR(element, RESOURCE, SETTINGS, ("%s", error.what()), (nullptr));
        break;
    case Error::Kind::Init:
        GST_ELEMENT_ERROR(element, LIBRARY, INIT, ("%s", error.what()), (nullptr));
        break;
    case Error::Kind::CannotWrite:
        GST_ELEMENT_ERROR(element, RESOURCE, WRITE, ("%s", error.what()), (nullptr));
        break;
    }
}

/* LibTorch and OpenCV write a page: all of it is the debug text */
void post(GstElement *element, const std::exception &error)
{
    const std::string text = error_text(error);
    if (is_of_memory(error))
        GST_ELEMENT_ERROR(element, RESOURCE, FAILED, ("%s", text.c_str()), ("%s", error.what()));
    else
        GST_ELEMENT_ERROR(element, STREAM, FAILED, ("%s", text.c_str()), ("%s", error.what()));
}

} // namespace

void post_current_exception(GstElement *element) noexcept
{
    try {
        throw;
    } catch (const Error &error) {
        post(element, error);
    } catch (const std::exception &error) {
        post(element, error);
    }
}

bool warn_of_current_settings(GstElement *element) noexcept
{
    try {
        throw;
    } catch (const Error &error) {
        if (error.kind() != Error::Kind::Settings)
            return false;
        GST_ELEMENT_WARNING(element, RESOURCE, SETTINGS,
                            ("%s; the values of before hold", error.what()), (nullptr));
        return true;
    } catch (...) {
        return false;
    }
}

} // namespace fovea
