// SPDX-License-Identifier: MIT
#include "publish/publish_tags.h"

#include "fovea/core/errors.h"
#include "fovea/core/json.h"

namespace fovea {

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
    for (const char *own : {"schema", "timestamp", "resolution", "utc", "source", "run", "id",
                            "model", "objects", "activity", "alarm"})
        if (json.contains(own))
            throw Error(Error::Kind::Settings,
                        std::string("property tags has the member '") + own +
                            "', which each line has itself; give it another name");
    return json;
}

} // namespace fovea
