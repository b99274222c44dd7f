// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gst/gst.h>

#include "fovea/core/names.h"
#include "fovea/publish/publisher.h"

namespace fovea {

enum class PublishFormat { Jsonl };

constexpr Named<PublishFormat> publish_formats[] = {
    {PublishFormat::Jsonl, "jsonl", "One JSON object a line"}};

struct PublishOptions {
    std::string uri = "stdout:";
    std::string tags;
    std::string source;
    std::string credentials;
    std::string signing_key;
    std::string ca_file;
    std::string spool;
    std::string labels;
    PublishFormat format = PublishFormat::Jsonl;
    std::string normal = "normal";
    int64_t rotate_size = 0;      // MiB; 0: never by size
    int64_t spool_size = 64;      // MiB
    unsigned rotate_interval = 0; // s; 0: never by age
    bool frames = false;
    bool events_only = false;
    bool append = false;
};

/** \brief What the element tells of its work */
struct PublishReadings {
    std::mutex mutex;
    std::shared_ptr<Publisher> publisher; ///< of the last start
};

/** \brief The reading `stats`; zeros where nothing was started */
GstStructure *stats_of(PublishReadings &readings);

/** \brief The words of a list with commas, without blanks around them */
std::vector<std::string> words_of(const std::string &list);

Rotation rotation_of(const PublishOptions &options);

/** \brief What the publisher of \a element is made with; what it tells becomes warnings of the element */
PublisherOptions publisher_options(GstElement *element, const PublishOptions &options);

} // namespace fovea
