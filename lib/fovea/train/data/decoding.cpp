// SPDX-License-Identifier: MIT
#include "fovea/train/data/decoding.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "fovea/bundle/load_networks.h"
#include "fovea/core/time.h"
#include "fovea/detect/unseen_motion.h"
#include "fovea/flow/flow_pictures.h"
#include "fovea/train/data/frame_file.h"
#include "fovea/video/frame_to_tensor.h"

namespace fovea {

namespace {

constexpr double detections_a_second =
    8;                                // where the plan has no rate; a person moves little in 1/8 s
constexpr double bytes_a_pixel = 1.5; // I420
constexpr double bytes_a_flow_pixel = 3; // RGB

/** \brief Persons frame by frame: found every few frames, carried over in between */
class PersonFinder
{
public:
    PersonFinder(const FrameCacheSettings &settings, const ActivityCard &card, double fps)
        : interval_(std::max<std::int64_t>(
              1, std::llround(fps /
                              (card.sampling.rate > 0 ? card.sampling.rate : detections_a_second))))
    {
        if (!card.regions.actor)
            return;
        min_score_ = card.actor.min_score;
        motion_ = card.actor.motion;
        fps_ = fps;
        PictureEngine detector;
        detector.threads = settings.threads;
        detector_ = load_detector(settings.detector, detector);
    }

    /** \brief Who is there, and what moves where nobody is, as a person */
    std::vector<Person> find(const FrameView &frame)
    {
        if (detector_ == nullptr)
            return persons_;
        const Nanoseconds time =
            to_nanoseconds(std::min(static_cast<double>(next_) / fps_, to_seconds(longest_time)));
        if (next_++ % interval_ == 0) {
            const ImageSize size = detector_->input_size({frame.width, frame.height});
            persons_ = detector_->detect(to_rgb(frame, whole_frame, size), min_score_);
        } else {
            for (Person &person : persons_)
                person.detected = false;
        }
        std::vector<Person> all = persons_;
        unseen_.add(&all, time, motion_, [&] {
            return to_rgb(frame, whole_frame, UnseenMotion::picture_size, Interpolation::Area);
        });
        return all;
    }

private:
    std::int64_t interval_;
    std::int64_t next_ = 0;
    float min_score_ = 0;
    float motion_ = 0;
    double fps_ = 0; ///< of the frames that find() is shown
    UnseenMotion unseen_;
    std::unique_ptr<Detector> detector_; ///< null: no region needs it
    std::vector<Person> persons_;
};

} // namespace

Decoding::Decoding(const ActivityCard &card, const FrameCacheSettings &settings,
                   const VideoReader &reader, std::filesystem::path video,
                   std::function<Places(const KeptLength &)> places)
    : card_(card),
      settings_(settings),
      reader_(reader),
      video_(std::move(video)),
      places_(std::move(places)),
      info_(reader.info(video_)),
      kept_(kept_frames(card, info_.size, info_.fps))
{
}

std::uint64_t Decoding::bytes(std::int64_t frames) const
{
    const std::int64_t kept =
        places_ ? static_cast<std::int64_t>(places_of(frames).size()) : frames;
    const ImageSize size = is_flow() ? flow_size(kept_.size) : kept_.size;
    return static_cast<std::uint64_t>(static_cast<double>(kept) *
                                      (is_flow() ? bytes_a_flow_pixel : bytes_a_pixel) *
                                      size.width * size.height);
}

std::int64_t Decoding::write(std::int64_t frames, const std::filesystem::path &file)
{
    const Places places = places_of(frames);
    auto next = places.begin();
    std::optional<FrameFileWriter> writer;
    std::int64_t count = 0;
    PersonFinder finder(settings_, card_, kept_.fps);
    std::optional<FlowPictures> flow;
    if (is_flow())
        flow.emplace(card_.flow);
    reader_.read(video_, kept_, [&](const FrameView &decoded) {
        const RgbImage moved = flow ? flow->next(decoded) : RgbImage();
        const FrameView frame = flow ? view_of(moved) : decoded;
        if (!writer)
            writer.emplace(
                file, FrameFileInfo{
                          {frame.width, frame.height}, kept_.fps, frame.colorimetry, frame.format});
        const bool is_planned = next != places.end() && *next == count;
        if (is_planned)
            ++next;
        if (static_cast<std::size_t>(count) == persons_.size()) // not seen the first time
            persons_.push_back(finder.find(decoded));
        writer->add(frame, persons_[static_cast<std::size_t>(count)], is_planned || !places_);
        ++count;
    });
    if (count > 0 && is_settled(count, frames))
        writer->commit(reader_.notes(video_));
    return count;
}

Decoding::Places Decoding::places_of(std::int64_t frames) const
{
    return places_ && frames > 0 ? places_({frames, kept_.fps}) : Places();
}

} // namespace fovea
