// SPDX-License-Identifier: MIT
#include "publish/publish_target.h"

#include <glib.h>

#include "fovea/core/errors.h"
#include "fovea/core/json.h"

namespace fovea {

std::filesystem::path publish_target(const std::string &uri)
{
    if (uri == "stdout:" || uri == "stdout://")
        return {};
    if (uri.empty())
        throw Error(Error::Kind::Settings,
                    "property uri is empty, expected stdout:, file:///path or a path");

    g_autofree gchar *scheme = g_uri_parse_scheme(uri.c_str());
    if (scheme == nullptr)
        return uri;
    g_autoptr(GError) error = nullptr;
    g_autofree gchar *file = g_filename_from_uri(uri.c_str(), nullptr, &error);
    if (file == nullptr)
        throw Error(Error::Kind::Settings,
                    "property uri is '" + uri + "', expected stdout:, file:///path or a path");
    return file;
}

Json publish_tags(const std::string &tags)
{
    if (tags.empty())
        return Json::object();
    const auto wrong = [&](const std::string &why) {
        return Error(Error::Kind::Settings, "property tags is '" + tags +
                                                "', expected a JSON object such as "
                                                "{\"camera\": \"north\"}" +
                                                why);
    };
    Json json;
    try {
        json = parse_json(tags, "tags");
    } catch (const Error &error) {
        throw wrong(std::string(": ") + error.what());
    }
    if (!json.is_object())
        throw wrong("");
    for (const char *own : {"schema", "timestamp", "resolution", "utc", "source", "run", "model",
                            "objects", "activity", "alarm"})
        if (json.contains(own))
            throw Error(Error::Kind::Settings,
                        std::string("property tags has the member '") + own +
                            "', which each line has itself; give it another name");
    return json;
}

} // namespace fovea
