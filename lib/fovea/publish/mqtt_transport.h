// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "fovea/publish/publisher.h"
#include "fovea/publish/transport.h"

namespace fovea {

/**
 * \brief MQTT 3.1.1 by libmosquitto, QoS 1
 *
 *     mqtt://host[:1883][/prefix][?discovery=homeassistant]     mqtts://host[:8883]...
 *
 * `prefix` (`fovea`) `/available` is `online` while it is connected and `offline` else, by the last will, kept;
 * `prefix/CAMERA/alarms`, `/windows` and `/cameras` have the lines; `prefix/CAMERA/alarm/LABEL` is `ON` from an
 * alarm's begin to its end and `OFF` else, kept. `discovery` is the topic under which Home Assistant looks for
 * devices: each announced camera appears there with a binary sensor a label; empty: none.
 * \throw Error Settings for a wrong URI, credentials or certificates
 */
std::unique_ptr<Transport> make_mqtt_transport(const std::string &uri,
                                               const PublisherOptions &options);

/** \brief libmosquitto's, "2.0.11" */
std::string mqtt_library_version();

} // namespace fovea
