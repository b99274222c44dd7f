// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include <gio/gio.h>

namespace fovea {

/** \brief Of a connection that is another's: whoever kept it would keep it open */
class WeakSocket
{
public:
    explicit WeakSocket(GSocket *socket = nullptr) { g_weak_ref_init(&socket_, socket); }

    ~WeakSocket() { g_weak_ref_clear(&socket_); }

    WeakSocket(const WeakSocket &) = delete;
    WeakSocket &operator=(const WeakSocket &) = delete;

    void set(GSocket *socket) { g_weak_ref_set(&socket_, socket); }

    /** \brief Null: it is over. (transfer full) */
    GSocket *get() { return static_cast<GSocket *>(g_weak_ref_get(&socket_)); }

private:
    GWeakRef socket_ = {};
};

/**
 * \brief What a source of GStreamer is connected by, where it says nothing of it
 *
 * rtspsrc reads an answer that it has begun to its end, whatever it is told meanwhile: one without end takes all memory
 * and is never left, unless its connection is cut.
 */
class CameraSockets
{
public:
    /** \brief Connections are seen from the first of these on */
    CameraSockets();
    CameraSockets(const CameraSockets &) = delete;
    CameraSockets &operator=(const CameraSockets &) = delete;

    /**
     * \brief The last connection that the calling thread made is this camera's; on the thread that closes it
     * \param says_goodbye what is written from now on is to arrive, though the connection is closed at once
     */
    void take_last(bool says_goodbye);

    /** \brief Nothing comes or goes by them any more, nor by what is taken later; from any thread */
    void cut();

private:
    std::mutex mutex_;
    bool is_cut_ = false;
    std::vector<std::unique_ptr<WeakSocket>> sockets_; ///< those that are open, and some that were
};

} // namespace fovea
