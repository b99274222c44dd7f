// SPDX-License-Identifier: MIT
#include "fovea/focus/actor_box.h"

#include <algorithm>

namespace fovea {

namespace {

/** \brief What one frame says about the actor; none where it says nothing */
std::optional<Box> sighting(const std::vector<Person> &persons, const ActorOptions &options,
                            const Box &view)
{
    const bool mean = options.method == ActorOptions::Method::Mean;
    std::optional<Box> seen;
    float best = 0;
    for (const Person &person : persons) {
        const Box box = intersected(person.box, view);
        if (person.confidence < options.min_score || box.area() <= 0)
            continue;
        // A repeated box adds nothing to a union, but would weigh twice in a mean
        if (mean && !person.detected)
            continue;
        if (!mean) {
            seen = seen ? united(*seen, box) : box;
        } else if (!seen || person.confidence > best) {
            seen = box;
            best = person.confidence;
        }
    }
    return seen;
}

} // namespace

void ActorSightings::add(const Box &box)
{
    x_min_ += box.x;
    y_min_ += box.y;
    x_max_ += box.x_max();
    y_max_ += box.y_max();
    union_ = count_ == 0 ? box : united(union_, box);
    ++count_;
}

std::optional<Box> ActorSightings::box(ActorOptions::Method method) const
{
    if (count_ == 0)
        return std::nullopt;
    if (method == ActorOptions::Method::Union)
        return union_;
    const auto count = static_cast<double>(count_);
    return Box{static_cast<float>(x_min_ / count), static_cast<float>(y_min_ / count),
               static_cast<float>((x_max_ - x_min_) / count),
               static_cast<float>((y_max_ - y_min_) / count)};
}

Box actor_square(const Box &seen, const ActorOptions &options, ImageSize frame)
{
    const Box view = view_box(options.area, frame);
    const double width = frame.width;
    const double height = frame.height;
    const double longer = std::max(seen.width * width, seen.height * height);
    const double side =
        std::min({longer * options.margin, view.width * width, view.height * height});
    const auto start = [side](double centre, double first, double last) {
        return std::clamp(centre - side / 2, first, std::max(first, last - side));
    };
    const double x = start((seen.x + seen.width / 2.0) * width, view.x * width,
                           static_cast<double>(view.x_max()) * width);
    const double y = start((seen.y + seen.height / 2.0) * height, view.y * height,
                           static_cast<double>(view.y_max()) * height);
    return {static_cast<float>(x / width), static_cast<float>(y / height),
            static_cast<float>(side / width), static_cast<float>(side / height)};
}

void ActorSurvey::add(const std::vector<Person> &persons)
{
    const auto seen = sighting(persons, options_, view_box(options_.area, frame_));
    if (seen)
        sightings_.add(*seen);
}

std::optional<Box> ActorSurvey::box() const
{
    const auto seen = sightings_.box(options_.method);
    if (!seen)
        return std::nullopt;
    return actor_square(*seen, options_, frame_);
}

ActorWindow::ActorWindow(const ActorOptions &options, ImageSize frame, Nanoseconds window)
    : options_(options), frame_(frame), window_(window)
{
}

std::optional<Box> ActorWindow::add(const std::vector<Person> &persons, Nanoseconds time)
{
    while (!entries_.empty() && entries_.front().time <= time - window_)
        entries_.pop_front();
    // Time stamps that step back a little: what is later than this frame is not past
    while (!entries_.empty() && entries_.back().time > time)
        entries_.pop_back();
    const auto seen = sighting(persons, options_, view_box(options_.area, frame_));
    if (seen)
        entries_.push_back({time, *seen});

    // From scratch: a window holds some dozens of boxes, and a running sum would drift over days
    ActorSightings sightings;
    for (const Entry &entry : entries_)
        sightings.add(entry.box);
    const auto box = sightings.box(options_.method);
    if (!box)
        return std::nullopt;
    return actor_square(*box, options_, frame_);
}

void ActorWindow::reset()
{
    entries_.clear();
}

} // namespace fovea
