// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <gio/gio.h>
#include <gst/gst.h>

#include "camera/camera_connection.h"
#include "camera/camera_output.h"
#include "fovea/core/growing_pause.h"
#include "fovea/video/picture_check.h"

namespace fovea {

/** \brief What a camera's life was so far */
struct CameraCounts {
    std::atomic<bool> up{false};
    std::atomic<std::uint64_t> connections{0}; ///< that gave frames
    std::atomic<std::uint64_t> losses{0};
    std::atomic<std::uint64_t> loops{0};                   ///< of a file
    std::atomic<PictureState> picture{PictureState::Good}; ///< as it was told
};

/**
 * \brief Keeps a camera: connects, watches over the frames, and connects again after a loss
 *
 * Works on a thread of its own and tells of it on the element's bus: messages `fovea-camera`.
 */
class CameraKeeper
{
public:
    /** \param encoded nullptr: nobody wants the stream as it comes */
    CameraKeeper(GstElement *element, const CameraOptions &options, CameraUri camera,
                 CameraOutput *video, std::shared_ptr<CameraOutput> encoded, CameraCounts *counts);
    ~CameraKeeper(); ///< waits for its end

private:
    void run();
    CameraEnd connect();
    CameraEnd connect_to(const CameraUri &camera);
    CameraEnd watch(CameraConnection *connection);
    void take(GstSample *sample);
    bool check(GstBuffer *buffer, const GstVideoInfo &info, Nanoseconds now);
    void tell_up();
    CameraEnd attempt(); ///< one connection, where there are threads for it
    std::string claim(); ///< threads \return what is short, if that lasts
    bool is_stopping();
    CameraEnd explained(CameraEnd end);
    void tell_down(const CameraEnd &end);
    void tell_picture();
    bool pause();

    GstElement *element_;
    CameraOptions options_;
    CameraUri camera_;
    CameraOutput *video_;
    std::shared_ptr<CameraOutput> encoded_;
    CameraCounts *counts_;

    // written by the connection's thread
    std::atomic<gint64> last_frame_{0};    ///< us of the monotonic clock
    std::atomic<gint64> last_change_{0};   ///< when the picture was last another
    std::atomic<std::uint64_t> frames_{0}; ///< of this connection
    std::uint64_t picture_ = 0;
    PictureCheck check_;
    std::atomic<PictureState> seen_{PictureState::Good}; ///< worth telling
    std::atomic<int> width_{0};
    std::atomic<int> height_{0};

    GrowingPause pause_; ///< of the keeper's thread
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false; ///< guarded by mutex_
    std::unique_ptr<GCancellable, decltype(&g_object_unref)> cancel_{g_cancellable_new(),
                                                                     g_object_unref};
    std::thread thread_; ///< last: it uses the others
};

} // namespace fovea
