// SPDX-License-Identifier: MIT
#include "service/page/page_certificate.h"

#include <string>
#include <sys/socket.h>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

struct Handshake {
    bool done = false;
    bool agreed = false;
    std::string error;
};

void on_shaken(GObject *connection, GAsyncResult *result, gpointer data)
{
    auto *handshake = static_cast<Handshake *>(data);
    g_autoptr(GError) error = nullptr;
    handshake->done = true;
    handshake->agreed =
        g_tls_connection_handshake_finish(G_TLS_CONNECTION(connection), result, &error) != FALSE;
    if (error != nullptr)
        handshake->error = error->message;
}

/* (transfer full) */
GIOStream *stream_of(int end)
{
    g_autoptr(GSocket) socket = g_socket_new_from_fd(end, nullptr);
    return G_IO_STREAM(g_socket_connection_factory_create_connection(socket));
}

void begin(GIOStream *connection, Handshake *handshake)
{
    g_tls_connection_handshake_async(G_TLS_CONNECTION(connection), G_PRIORITY_DEFAULT, nullptr,
                                     on_shaken, handshake);
}

/*
 * GIO has no other way to ask: a visitor of our own, who takes any certificate but checks what the key signs.
 * Returns why nobody can visit; empty: one can.
 */
std::string why_not_served(GTlsCertificate *certificate)
{
    int ends[2] = {};
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return ""; // nobody was asked
    g_autoptr(GMainContext) context = g_main_context_new();
    g_main_context_push_thread_default(context);
    Handshake served;
    Handshake visited;
    {
        g_autoptr(GIOStream) served_stream = stream_of(ends[0]);
        g_autoptr(GIOStream) visitor_stream = stream_of(ends[1]);
        g_autoptr(GIOStream) server =
            g_tls_server_connection_new(served_stream, certificate, nullptr);
        g_autoptr(GIOStream) visitor =
            g_tls_client_connection_new(visitor_stream, nullptr, nullptr);
        g_signal_connect(visitor, "accept-certificate", G_CALLBACK(+[] { return TRUE; }), nullptr);
        begin(server, &served);
        begin(visitor, &visited);
        const auto has_failed = [](const Handshake &one) { return one.done && !one.agreed; };
        while (!visited.done && !has_failed(served))
            g_main_context_iteration(context, TRUE);
        // Each ends the other where it waits: who fails need not say so
        g_io_stream_close(visited.done ? visitor_stream : served_stream, nullptr, nullptr);
        while (!visited.done || !served.done)
            g_main_context_iteration(context, TRUE);
    }
    g_main_context_pop_thread_default(context);
    if (visited.agreed)
        return "";
    return served.error.empty() ? visited.error : served.error;
}

} // namespace

void refuse_old_tls(const PageConfig &config)
{
    if (!config.certificate_file.empty())
        g_setenv("G_TLS_GNUTLS_PRIORITY", "NORMAL:%COMPAT:-VERS-TLS1.0:-VERS-TLS1.1",
                 /*overwrite=*/FALSE);
}

GTlsCertificate *page_certificate(const PageConfig &config)
{
    g_autoptr(GError) error = nullptr;
    g_autoptr(GTlsCertificate) certificate = g_tls_certificate_new_from_files(
        config.certificate_file.c_str(), config.key_file.c_str(), &error);
    if (certificate == nullptr)
        throw Error(error->domain == G_FILE_ERROR ? Error::Kind::NotFound : Error::Kind::Settings,
                    "page.certificate_file '" + config.certificate_file +
                        "' cannot be used: " + error->message);
    const std::string why = why_not_served(certificate);
    if (!why.empty())
        throw Error(Error::Kind::Settings,
                    "page.key_file '" + config.key_file + "': expected the key of '" +
                        config.certificate_file + "', with which no page can be served: " + why);
    return g_steal_pointer(&certificate);
}

} // namespace fovea
