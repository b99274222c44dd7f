// SPDX-License-Identifier: MIT
#include "publish/publish_options.h"

#include <chrono>
#include <sstream>

#include "fovea/core/text_file.h"

namespace fovea {

namespace {

constexpr int64_t mebibyte = 1 << 20;

} // namespace

GstStructure *stats_of(PublishReadings &readings)
{
    PublisherCounts counts;
    {
        const std::lock_guard<std::mutex> lock(readings.mutex);
        if (readings.publisher != nullptr)
            counts = readings.publisher->counts();
    }
    return gst_structure_new(
        "application/x-fovea-stats", "published", G_TYPE_UINT64, counts.published, "delivered",
        G_TYPE_UINT64, counts.delivered, "refused", G_TYPE_UINT64, counts.refused, "waiting",
        G_TYPE_UINT64, counts.waiting, "dropped-windows", G_TYPE_UINT64, counts.dropped_windows,
        "dropped-alarms", G_TYPE_UINT64, counts.dropped_alarms, "away", G_TYPE_BOOLEAN,
        counts.away ? TRUE : FALSE, nullptr);
}

std::vector<std::string> words_of(const std::string &list)
{
    std::vector<std::string> words;
    std::istringstream stream(list);
    for (std::string word; std::getline(stream, word, ',');)
        if (const std::string name = trimmed(word); !name.empty())
            words.push_back(name);
    return words;
}

Rotation rotation_of(const PublishOptions &options)
{
    return {static_cast<std::uint64_t>(options.rotate_size * mebibyte),
            std::chrono::seconds(options.rotate_interval)};
}

PublisherOptions publisher_options(GstElement *element, const PublishOptions &options)
{
    g_autofree gchar *name = gst_element_get_name(element);
    PublisherOptions publisher;
    publisher.credentials = options.credentials;
    publisher.signing_key = options.signing_key;
    publisher.ca_file = options.ca_file;
    publisher.spool = options.spool;
    publisher.spool_bytes = static_cast<std::uint64_t>(options.spool_size * mebibyte);
    publisher.owner = name;
    publisher.append = options.append;
    publisher.rotation = rotation_of(options);
    publisher.on_trouble = [element](const std::string &text) {
        GST_ELEMENT_WARNING(element, RESOURCE, WRITE, ("%s", text.c_str()), (nullptr));
    };
    return publisher;
}

} // namespace fovea
