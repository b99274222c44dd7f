// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gst/gst.h>

#include "fovea/core/time.h"

namespace fovea {

class ClipWriter;

/**
 * \brief Clips of a camera's encoded stream, from before an event to behind it, not encoded anew
 *
 * Keeps the last seconds of the stream in memory, from a key frame on. A clip begins at a key frame; where
 * the stream has not come to its time yet, as one that arrives late, it begins once it has. Events that
 * begin while a clip is being written, or waits, are in it too, but one that it would end within, by its time or its
 * bytes, has a clip of its own. One that waits for a key frame is given up a minute behind its longest time. A clip has its final name
 * once it is whole. Where the disk does not keep up, a clip ends there, and the next waits until it does.
 */
class EvidenceRecorder
{
public:
    /** \brief As RecordingConfig has them */
    struct Options {
        Nanoseconds before;
        Nanoseconds after;
        Nanoseconds longest;
        Nanoseconds least_duration = 0; ///< of an event, before it is told
        /** 400 Mbit/s, more than USB 2 gives: of a stream of more a shorter time is kept in memory, and in a clip */
        std::size_t most_bytes_a_second = 50'000'000;
        /** That wait for the disk, beside twice what is in memory anyway: two minutes of 4 Mbit/s */
        std::size_t most_waiting = 64'000'000;
    };

    /** \brief On the main loop's thread. \param file empty: it could not be written, \a why says why */
    using Done =
        std::function<void(std::uint64_t clip, const std::string &file, const std::string &why)>;

    enum class Shorter {
        FastStream, ///< for most_bytes_a_second; told once
        SlowDisk,   ///< for most_waiting; told of each clip
    };

    /** \brief As Done */
    using OnShorter = std::function<void(Shorter why)>;

    EvidenceRecorder(const Options &options, Done done, OnShorter on_shorter = nullptr);
    ~EvidenceRecorder();
    EvidenceRecorder(const EvidenceRecorder &) = delete;
    EvidenceRecorder &operator=(const EvidenceRecorder &) = delete;

    /** \brief The next piece of the stream, times in PTS; any thread, one at a time */
    void take(GstSample *sample);

    /**
     * \brief An event that begins at \a start
     * \param file of a new clip, without its extension
     * \return the clip's number: that of the last one where the event is in it; 0: the stream is interrupted
     */
    std::uint64_t begin(Nanoseconds start, const std::filesystem::path &file);

    /**
     * \brief An event of a clip is over at \a end; where it was the last, the clip is written so far and `after`
     * \param clip as begin() gave it
     */
    void end(std::uint64_t clip, Nanoseconds end);

    /** \brief The stream is interrupted: clips end here. On the main loop's thread, as all but take() */
    void cut();

    /** \brief As cut(), and what is kept of the stream goes: what comes then counts its time anew */
    void forget();

    /** \brief Clips that ended early since the disk did not keep up; any thread */
    std::uint64_t cut_for_disk();

    /** \brief Nothing more comes. Waits for clips to be whole; those that are not by then are given up, and told as lost */
    void finish(std::chrono::steady_clock::time_point until);

    /**
     * \brief Waits for what finish() gave up to be down
     * \return false: threads still hang with it, as on a disk that is gone, and use GStreamer; they do not need this
     */
    bool is_down(std::chrono::steady_clock::time_point until) const;

private:
    struct Clip {
        std::uint64_t number = 0;
        std::filesystem::path file;       ///< without extension
        Nanoseconds begun = 0;            ///< without what only leads from a key frame to it
        std::optional<Nanoseconds> until; ///< none: an event of it goes on
        int open_events = 1;
        bool waits = true; ///< for its stream, or the disk
        bool waited_for_disk = false;
        std::size_t bytes = 0;              ///< that were written
        std::unique_ptr<ClipWriter> writer; ///< null: it waits, or is over
    };

    using LostClip = std::pair<std::uint64_t, std::string>; ///< its number, why

    static gboolean on_ready(gpointer self);
    bool has_stream(const Clip &clip) const;
    bool can_begin(Clip *clip);
    bool is_given_up(const Clip &clip) const;
    bool open(Clip *clip);
    void write(Clip *clip, GstSample *sample);
    void close(Clip *clip);
    void forget_over();
    void forget_closed();
    void forget_old(Nanoseconds now);
    std::size_t most_bytes(Nanoseconds time) const;
    std::size_t waiting() const;
    std::size_t most_waiting() const;
    bool is_behind();
    Nanoseconds longest_end(const Clip &clip) const;
    void forget_beyond();
    void forget_until(std::deque<GstSample *>::iterator end);
    LostClip lost(const Clip &clip) const;
    void tell_lost(const std::vector<LostClip> &clips) const;

    Options options_;
    Done done_;
    OnShorter on_shorter_;
    std::mutex mutex_; ///< of all below
    std::deque<GstSample *> recent_;
    std::size_t recent_bytes_ = 0;
    bool is_interrupted_ = true; ///< nothing came since
    bool is_too_fast_ = false;   ///< some of it was not kept
    bool told_too_fast_ = false;
    bool is_behind_ = false; ///< with the disk
    std::uint64_t cut_for_disk_ = 0;
    std::uint64_t told_cut_ = 0; ///< of these
    guint ready_ = 0;            ///< idle source that opens what waits, and tells
    std::vector<Clip> clips_;    ///< that are not over; events that begin are in the last
    std::vector<std::unique_ptr<ClipWriter>> closing_;
    std::vector<std::unique_ptr<ClipWriter>> finished_; ///< not under mutex_
    std::uint64_t count_ = 0;                           ///< of clips
};

} // namespace fovea
