// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <gst/gst.h>

#include "fovea/core/stop_flag.h"
#include "fovea/core/time.h"

namespace fovea {

/**
 * \brief One file of an encoded stream: MP4, or Matroska where MP4 does not hold the codec
 *
 * Writes on a thread of its own to FILE.EXTENSION.part, which gets its final name when it is whole.
 */
class ClipWriter
{
public:
    /** \brief On the main loop's thread. \param file empty: it failed, for the reason \a why */
    using Done = std::function<void(const std::string &file, const std::string &why)>;

    /** \param caps of the stream \param file without extension; its folder is made */
    ClipWriter(const GstCaps *caps, const std::filesystem::path &file, Done done);
    ~ClipWriter(); ///< what is not whole by then is removed
    ClipWriter(const ClipWriter &) = delete;
    ClipWriter &operator=(const ClipWriter &) = delete;

    bool takes(const GstCaps *caps) const;

    /** \brief From any thread; does not wait for the disk, however much is waiting() */
    void write(GstSample *sample);

    /** \brief Bytes that wait for the disk */
    std::size_t waiting() const;

    /** \brief No more comes. \a done is called when the file is whole */
    void close();

    /** \brief Waits for close() to be done without the main loop; what is not in time is given up, and told */
    void wait(Nanoseconds time);

    /** \brief What was given up goes down on a thread of its own. \return whether it has: a disk that hangs holds it */
    bool is_down(std::chrono::steady_clock::time_point until) const;

    bool is_done() const { return is_done_; }

private:
    static gboolean on_message(GstBus *bus, GstMessage *message, gpointer self);
    void finish(const std::string &why);
    void give_up();

    GstElement *pipeline_ = nullptr;
    GstElement *source_ = nullptr; ///< the pipeline's
    GstCaps *caps_ = nullptr;
    std::filesystem::path part_;
    std::filesystem::path file_;
    Done done_;
    guint watch_ = 0;
    std::optional<GstClockTime> first_; ///< time of its first frame
    bool is_done_ = false;
    std::shared_ptr<StopFlag> down_; ///< of one that was given up
};

} // namespace fovea
