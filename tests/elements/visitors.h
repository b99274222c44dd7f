// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <thread>
#include <utility>

#include <gio/gio.h>

namespace fovea::test {

/** \brief Who comes to a port of this machine, one after the other, on a thread; a server's last member */
class Visitors
{
public:
    explicit Visitors(std::function<void(GIOStream *)> serve) : serve_(std::move(serve))
    {
        port_ = g_socket_listener_add_any_inet_port(listener_, nullptr, nullptr);
        thread_ = std::thread([this] { run(); });
    }

    ~Visitors()
    {
        g_cancellable_cancel(stop_);
        thread_.join();
        g_object_unref(listener_);
        g_object_unref(stop_);
    }

    Visitors(const Visitors &) = delete;
    Visitors &operator=(const Visitors &) = delete;

    /** \brief What ends reading and writing, once nobody is to be served any more */
    GCancellable *stop() const { return stop_; }

    std::string port() const { return std::to_string(port_); }

private:
    void run()
    {
        while (g_cancellable_is_cancelled(stop_) == FALSE) {
            g_autoptr(GSocketConnection) visitor =
                g_socket_listener_accept(listener_, nullptr, stop_, nullptr);
            if (visitor != nullptr)
                serve_(G_IO_STREAM(visitor));
        }
    }

    std::function<void(GIOStream *)> serve_;
    GSocketListener *listener_ = g_socket_listener_new();
    GCancellable *stop_ = g_cancellable_new();
    guint16 port_ = 0;
    std::thread thread_;
};

} // namespace fovea::test
