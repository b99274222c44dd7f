// SPDX-License-Identifier: MIT
#include "actor/actor_worker.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/mapped_frame.h"
#include "fovea/core/errors.h"
#include "fovea/video/frame_to_tensor.h"
#include "meta/convert.h"
#include "meta/crop.h"
#include "meta/roi.h"

GST_DEBUG_CATEGORY_EXTERN(fovea_actor_debug);
#define GST_CAT_DEFAULT fovea_actor_debug

namespace fovea {

namespace {

[[noreturn]] void refuse_box(const std::string &text)
{
    throw Error(Error::Kind::Settings,
                "property box: expected x,y,width,height inside the frame, shares of it from 0 to "
                "1 such as 0.25,0.1,0.5,0.8; got '" +
                    text + "'");
}

Box parse_box(const std::string &text)
{
    std::array<double, 4> numbers = {};
    const char *rest = text.c_str();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        gchar *end = nullptr;
        numbers[i] = g_ascii_strtod(rest, &end); // not the user's locale: a comma separates
        if (end == rest || *end != (i + 1 < numbers.size() ? ',' : '\0'))
            refuse_box(text);
        rest = end + 1;
    }
    const auto [x, y, width, height] = numbers;
    constexpr double slack = 1e-6; // a survey's sum, printed and read again
    const bool inside_frame = x >= 0 && y >= 0 && width > 0 && height > 0 &&
                              x + width <= 1 + slack && y + height <= 1 + slack;
    if (!inside_frame)
        refuse_box(text);
    return intersected({static_cast<float>(x), static_cast<float>(y), static_cast<float>(width),
                        static_cast<float>(height)},
                       whole_frame);
}

void copy_rows(const RgbImage &image, const Frame &out)
{
    GstVideoFrame mapped;
    if (!gst_video_frame_map(&mapped, out.info, out.buffer, GST_MAP_WRITE))
        throw std::runtime_error("the cropped frame cannot be mapped for writing");
    const auto row = static_cast<std::size_t>(image.size.width) * 3;
    auto *pixels = static_cast<guint8 *>(GST_VIDEO_FRAME_PLANE_DATA(&mapped, 0));
    for (int y = 0; y < image.size.height; ++y)
        std::memcpy(pixels +
                        static_cast<std::ptrdiff_t>(y) * GST_VIDEO_FRAME_PLANE_STRIDE(&mapped, 0),
                    &image.pixels[static_cast<std::size_t>(y) * row], row);
    gst_video_frame_unmap(&mapped);
}

} // namespace

ActorWorker::ActorWorker(GstElement *element, const ActorSettings &settings)
    : element_(element), settings_(settings)
{
    if (!settings.box.empty())
        fixed_ = parse_box(settings.box);
}

void ActorWorker::update(const ActorSettings &settings)
{
    settings_ = settings;
    if (!survey_)
        return;
    window_->set_options(settings.actor, settings.window_ms * nanoseconds_per_millisecond);
    survey_->set_options(settings.actor);
}

void ActorWorker::configure(const GstVideoInfo &info)
{
    const ImageSize size = {GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info)};
    if (survey_ && size.width == size_.width && size.height == size_.height)
        return;
    // Squares of another frame size mean nothing here; the counts go on
    unseen_.reset();
    size_ = size;
    window_.emplace(settings_.actor, size, settings_.window_ms * nanoseconds_per_millisecond);
    survey_.emplace(settings_.actor, size);
}

/* In place of a person where none is found */
bool ActorWorker::takes_motion() const
{
    return settings_.actor.method == ActorOptions::Method::Union && settings_.actor.motion > 0;
}

/* A box of the user's, and what moves, need none. Who looked for them left metadata on frames without any, too */
void ActorWorker::expect_persons(const Frame &frame)
{
    if (fovea_meta_get(frame.buffer) != nullptr)
        expected_.see();
    else if (!fixed_ && !takes_motion())
        expected_.see_frame(frame.time);
}

std::optional<Box> ActorWorker::find(const Frame &frame, const FoveaMeta &meta)
{
    const ActorOptions &actor = settings_.actor;
    std::vector<Person> persons = persons_from(meta);
    persons.erase(
        std::remove_if(persons.begin(), persons.end(),
                       [&](const Person &person) { return person.confidence < actor.min_score; }),
        persons.end());
    survey_->add(persons);
    ++frames_;
    frames_with_person_ += persons.empty() ? 0 : 1;
    if (fixed_)
        return fixed_;
    if (actor.method == ActorOptions::Method::Union)
        unseen_.add(&persons, frame.time, actor.motion, [&] {
            const MappedFrame mapped(frame.buffer, *frame.info);
            return to_rgb(mapped.view(), whole_frame, UnseenMotion::picture_size,
                          Interpolation::Area);
        });
    return window_->add(persons, frame.time);
}

void ActorWorker::process(const Frame &frame)
{
    expect_persons(frame);
    FoveaMeta *meta = frame.meta();
    const std::optional<Box> actor = find(frame, *meta);
    set_actor(meta, actor);
    mirror_actor(frame.buffer, *frame.info, actor);
}

void ActorWorker::render(const Frame &in, const Frame &out)
{
    expect_persons(in);
    FoveaMeta *meta = out.meta();
    const std::optional<Box> actor = find(in, *meta);
    const Box part = actor.value_or(view_box(settings_.actor.area, size_));
    const auto side = static_cast<int>(settings_.crop_size);
    {
        const MappedFrame mapped(in.buffer, *in.info);
        copy_rows(to_rgb(mapped.view(), part, {side, side}, Interpolation::Area), out);
    }
    set_actor(meta, actor);
    crop_meta(meta, part);
    const std::vector<Person> persons = persons_from(*meta);
    mirror_persons(out.buffer, *out.info, persons);
    analytics_.mirror(out.buffer, *out.info, persons, in.time);
    mirror_actor(out.buffer, *out.info, actor_from(*meta));
}

void ActorWorker::drain(FoveaMeta *)
{
    expected_.end();
    const std::optional<Box> surveyed = survey_ ? survey_->box() : std::nullopt;
    const Box box =
        surveyed.value_or(survey_ ? view_box(settings_.actor.area, size_) : whole_frame);
    GST_DEBUG_OBJECT(element_, "%" G_GUINT64_FORMAT " frames, %" G_GUINT64_FORMAT " with a person",
                     frames_, frames_with_person_);
    gst_element_post_message(
        element_, gst_message_new_element(
                      GST_OBJECT(element_),
                      gst_structure_new("fovea-actor", "frames", G_TYPE_UINT64, frames_, "persons",
                                        G_TYPE_UINT64, frames_with_person_, "has-actor",
                                        G_TYPE_BOOLEAN, surveyed ? TRUE : FALSE, "x", G_TYPE_DOUBLE,
                                        static_cast<gdouble>(box.x), "y", G_TYPE_DOUBLE,
                                        static_cast<gdouble>(box.y), "width", G_TYPE_DOUBLE,
                                        static_cast<gdouble>(box.width), "height", G_TYPE_DOUBLE,
                                        static_cast<gdouble>(box.height), nullptr)));
    reset();
}

void ActorWorker::reset()
{
    unseen_.reset();
    frames_ = 0;
    frames_with_person_ = 0;
    if (!survey_)
        return;
    window_->reset();
    survey_.emplace(settings_.actor, size_);
}

/* The survey is of the whole stream, jumps included. */
void ActorWorker::discontinuity()
{
    unseen_.reset();
    window_->reset();
}

} // namespace fovea
