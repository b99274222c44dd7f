// SPDX-License-Identifier: MIT
#include "base/parsed_uri.h"

#include <sstream>

namespace fovea {

namespace {

/* gst_uri_from_string() ends the process at a name that is none: "?%x=1" */
bool has_encoded_names(const std::string &uri)
{
    const std::string reference = uri.substr(0, uri.find('#'));
    const std::size_t mark = reference.find('?');
    if (mark == std::string::npos)
        return true;
    std::istringstream query(reference.substr(mark + 1));
    for (std::string part; std::getline(query, part, '&');) {
        const std::string name = part.substr(0, part.find('='));
        g_autofree gchar *decoded = g_uri_unescape_string(name.c_str(), nullptr);
        if (decoded == nullptr)
            return false;
    }
    return true;
}

} // namespace

GstUri *parsed_uri(const std::string &text)
{
    return has_encoded_names(text) ? gst_uri_from_string(text.c_str()) : nullptr;
}

} // namespace fovea
