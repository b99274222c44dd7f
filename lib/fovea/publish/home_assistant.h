// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea {

/** \brief A name as one level of an MQTT topic: what would divide it or match others becomes `_` */
std::string topic_level(const std::string &name);

/**
 * \brief A name as part of an id: letters, digits and `_`
 *
 * Where that changed it, six digits of the name's SHA-256 follow, so that two names never have one id.
 */
std::string id_part(const std::string &name);

/** \brief What Home Assistant reads about one binary sensor: its topic below the discovery prefix, and JSON */
struct Discovery {
    std::string topic;
    std::string config;
};

/**
 * \param prefix of all topics of this publisher
 * \param camera,label as they are announced
 * Source: home-assistant.io, integrations/mqtt, "MQTT Discovery"
 */
Discovery home_assistant_sensor(const std::string &prefix, const std::string &camera,
                                const std::string &label);

/** \brief Topic of an alarm's ON and OFF */
std::string alarm_topic(const std::string &prefix, const std::string &camera,
                        const std::string &label);

} // namespace fovea
