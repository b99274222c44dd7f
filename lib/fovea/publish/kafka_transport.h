// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "fovea/publish/publisher.h"
#include "fovea/publish/transport.h"

namespace fovea {

/**
 * \brief Kafka by librdkafka: an idempotent producer
 *
 *     kafka://host[:9092][,host...]/topic[?setting=value&...]
 *
 * A record's key is the message's (lines of one camera lie in one partition, in their order), its value the text; the
 * headers `id` and `kind` (`alarms`, `windows`, `cameras`) stand beside. A setting is any of librdkafka's but those
 * that idempotence or order rest on; secrets come by `credentials`, which sets sasl.username and sasl.password.
 * \throw Error Settings for a wrong URI, setting or credentials
 */
std::unique_ptr<Transport> make_kafka_transport(const std::string &uri,
                                                const PublisherOptions &options);

/** \brief librdkafka's, "2.0.2" */
std::string kafka_library_version();

} // namespace fovea
