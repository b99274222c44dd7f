// SPDX-License-Identifier: MIT
#include "track/track_worker.h"

#include <sstream>

#include "base/expected_input.h"
#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/core/printable.h"
#include "fovea/core/text_file.h"
#include "meta/analytics.h"
#include "meta/convert.h"
#include "meta/roi.h"

namespace fovea {

namespace {

constexpr std::size_t most_others = 8; // types that a warning names

/* A detector may tell by both */
std::vector<FoundRegion> regions_on(const Frame &frame)
{
    std::vector<FoundRegion> regions = regions_of_interest(frame.buffer, *frame.info);
    return regions.empty() ? analytics_detections(frame.buffer, *frame.info) : regions;
}

std::vector<std::string> split_labels(const std::string &text)
{
    std::vector<std::string> labels;
    std::stringstream stream(text);
    for (std::string label; std::getline(stream, label, ',');) {
        label = trimmed(label);
        if (!label.empty())
            labels.push_back(label);
    }
    if (labels.empty())
        throw Error(Error::Kind::Settings,
                    "property labels: expected types of regions such as person,pedestrian, got '" +
                        text + "'");
    return labels;
}

} // namespace

TrackWorker::TrackWorker(GstElement *element, const TrackOptions &options)
    : element_(element), options_(options), labels_(split_labels(options.labels))
{
}

void TrackWorker::update(const TrackOptions &options)
{
    labels_ = split_labels(options.labels);
    options_ = options;
}

void TrackWorker::configure(const GstVideoInfo &info)
{
    tracker_.set_aspect(static_cast<float>(GST_VIDEO_INFO_WIDTH(&info)) /
                        static_cast<float>(GST_VIDEO_INFO_HEIGHT(&info)));
}

void TrackWorker::process(const Frame &frame)
{
    if (clock_.step(frame.time) == FrameClock::Step::Jump)
        reset();
    clock_.see(frame.time);
    const Nanoseconds time = clock_.latest(); // of a frame out of order that of the one before
    const std::vector<Person> found = found_in(frame);
    const Nanoseconds hold = options_.hold_ms * nanoseconds_per_millisecond;
    const bool carried = found.empty() && !tracks_.empty() && time - seen_ <= hold;
    if (!carried) {
        tracks_ = tracker_.update(found, time);
        seen_ = time;
    }
    set_persons(frame.meta(), persons_at(tracks_, time, whole_frame, !carried));
}

std::vector<Person> TrackWorker::found_in(const Frame &frame)
{
    std::vector<Person> found;
    for (const FoundRegion &region : regions_on(frame)) {
        if (place_of(region.type, labels_) >= 0) {
            is_settled_ = true;
            if (region.confidence >= options_.threshold)
                found.push_back({region.box, region.confidence});
            continue;
        }
        first_ = first_.value_or(frame.time);
        const std::string other = region.type.empty() ? "''" : region.type;
        if (others_.size() < most_others && place_of(other, others_) < 0)
            others_.push_back(other);
    }
    if (first_ && frame.time - *first_ >= ExpectedInput::patience)
        warn_of_others();
    return found;
}

void TrackWorker::warn_of_others()
{
    if (is_settled_ || others_.empty())
        return;
    is_settled_ = true;
    GST_ELEMENT_WARNING(element_, STREAM, FAILED,
                        ("no region of type %s has come, but of %s; set labels",
                         options_.labels.c_str(), printable(joined(others_)).c_str()),
                        (nullptr));
}

void TrackWorker::drain(FoveaMeta *)
{
    warn_of_others();
}

void TrackWorker::reset()
{
    tracker_.reset();
    tracks_.clear();
    clock_.restart();
}

} // namespace fovea
