// SPDX-License-Identifier: MIT
#include "camera/camera_sockets.h"

#include <algorithm>
#include <sys/socket.h>

namespace fovea {

namespace {

/** \brief That the calling thread connected last */
WeakSocket &last_socket()
{
    thread_local WeakSocket last;
    return last;
}

gboolean on_event(GSignalInvocationHint *, guint, const GValue *values, gpointer)
{
    constexpr int event = 1; // of GSocketClient's signal: client, event, where to, connection
    constexpr int connection = 3;
    GObject *made = G_VALUE_HOLDS_OBJECT(&values[connection])
                        ? static_cast<GObject *>(g_value_get_object(&values[connection]))
                        : nullptr;
    if (g_value_get_enum(&values[event]) == G_SOCKET_CLIENT_CONNECTED && made != nullptr &&
        G_IS_SOCKET_CONNECTION(made))
        last_socket().set(g_socket_connection_get_socket(G_SOCKET_CONNECTION(made)));
    return TRUE; // see the next one too
}

/* Of every GSocketClient of the process: rtspsrc tells of none of its own */
bool see_connections()
{
    auto *type = static_cast<GTypeClass *>(g_type_class_ref(G_TYPE_SOCKET_CLIENT)); // for good
    g_signal_add_emission_hook(g_signal_lookup("event", G_TYPE_FROM_CLASS(type)), /*detail=*/0,
                               on_event, nullptr, nullptr);
    return true;
}

/* With what lies unread the other side would wait for room for a minute: it is to be told at once */
void close_at_once(GSocket *socket, bool at_once)
{
    const linger how = {at_once ? 1 : 0, 0};
    (void)setsockopt(g_socket_get_fd(socket), SOL_SOCKET, SO_LINGER, &how, sizeof(how));
}

/* Its descriptor may be closed, and another's, meanwhile; a close would not wake its thread */
void hang_up(GSocket *socket)
{
    g_socket_shutdown(socket, TRUE, TRUE, nullptr);
}

} // namespace

CameraSockets::CameraSockets()
{
    static const bool sees = see_connections();
    (void)sees;
}

void CameraSockets::take_last(bool says_goodbye)
{
    g_autoptr(GSocket) last = last_socket().get();
    if (last == nullptr)
        return;
    close_at_once(last, !says_goodbye);
    const std::lock_guard lock(mutex_);
    if (is_cut_)
        hang_up(last);
    const auto is_over = [last](const auto &one) {
        g_autoptr(GSocket) socket = one->get();
        return socket == nullptr || socket == last;
    };
    sockets_.erase(std::remove_if(sockets_.begin(), sockets_.end(), is_over), sockets_.end());
    sockets_.push_back(std::make_unique<WeakSocket>(last));
}

void CameraSockets::cut()
{
    const std::lock_guard lock(mutex_);
    is_cut_ = true;
    for (const auto &one : sockets_)
        if (g_autoptr(GSocket) socket = one->get())
            hang_up(socket);
}

} // namespace fovea
