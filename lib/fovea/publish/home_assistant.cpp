// SPDX-License-Identifier: MIT
#include "fovea/publish/home_assistant.h"

#include <glib.h>

#include "fovea/core/json.h"

namespace fovea {

namespace {

constexpr std::size_t hash_digits = 6;

} // namespace

std::string topic_level(const std::string &name)
{
    std::string level;
    for (const char character : name) {
        const auto code = static_cast<unsigned char>(character);
        const bool divides = character == '/' || character == '+' || character == '#';
        level += divides || code <= ' ' || code == 0x7f ? '_' : character;
    }
    // '$' in front is the broker's own
    if (level.empty() || level.front() == '$')
        level.insert(0, 1, '_');
    return level;
}

std::string id_part(const std::string &name)
{
    std::string id;
    for (const char character : name)
        id += g_ascii_isalnum(character) ? character : '_';
    if (id == name)
        return id;
    g_autofree gchar *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, name.c_str(),
                                                           static_cast<gssize>(name.size()));
    return id + "_" + std::string(hash, hash_digits);
}

std::string alarm_topic(const std::string &prefix, const std::string &camera,
                        const std::string &label)
{
    return prefix + "/" + topic_level(camera) + "/alarm/" + topic_level(label);
}

Discovery home_assistant_sensor(const std::string &prefix, const std::string &camera,
                                const std::string &label)
{
    const std::string device = "fovea_" + id_part(prefix + "/" + camera); // others may have a door
    const std::string sensor = id_part(label);
    const Json config = {
        {"name", label},
        {"unique_id", device + "_" + sensor},
        {"state_topic", alarm_topic(prefix, camera, label)},
        {"availability_topic", prefix + "/available"},
        {"payload_on", "ON"},
        {"payload_off", "OFF"},
        {"qos", 1},
        {"device", {{"identifiers", {device}}, {"name", camera}, {"manufacturer", "Fovea"}}},
    };
    return {"binary_sensor/" + device + "/" + sensor + "/config", one_line(config)};
}

} // namespace fovea
