// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <libsoup/soup.h>

namespace fovea::test {

struct Request {
    std::string path, text, id, signature, authorization, type;
    std::chrono::steady_clock::time_point time;
};

/** \brief A server that does with the n-th request, from 0, what the test says: the status to answer with */
class Server
{
public:
    enum Misdeed { Stall = -1, Close = -2, Redirect = -3 };

    explicit Server(
        std::function<int(int)> answers = [](int) { return 204; }, int port = 0)
        : answers_(std::move(answers))
    {
        thread_ = std::thread([this, port] { serve(port); });
        while (port_ == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }

    ~Server()
    {
        g_main_loop_quit(loop_);
        thread_.join();
        g_main_loop_unref(loop_);
        g_main_context_unref(context_);
    }

    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    int port() const { return port_; }

    std::string uri() const
    {
        return "http://127.0.0.1:" + std::to_string(port_) + "/hook?token=t0ken";
    }

    std::vector<Request> requests()
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        return requests_;
    }

    /** \brief Texts of the requests that were answered with success */
    std::vector<std::string> taken()
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        return taken_;
    }

private:
    void serve(int port)
    {
        g_main_context_push_thread_default(context_);
        SoupServer *server = soup_server_new(nullptr, nullptr);
        soup_server_add_handler(server, nullptr, handle, this, nullptr);
        GError *error = nullptr;
        if (soup_server_listen_local(server, static_cast<guint>(port), SOUP_SERVER_LISTEN_IPV4_ONLY,
                                     &error) == FALSE) {
            ADD_FAILURE() << error->message;
            std::abort();
        }
        GSList *uris = soup_server_get_uris(server);
        port_ = g_uri_get_port(static_cast<GUri *>(uris->data));
        g_slist_free_full(uris, reinterpret_cast<GDestroyNotify>(g_uri_unref));
        g_main_loop_run(loop_);
        soup_server_disconnect(server);
        g_object_unref(server);
        g_main_context_pop_thread_default(context_);
    }

    static std::string header(SoupMessageHeaders *headers, const char *name)
    {
        const char *value = soup_message_headers_get_one(headers, name);
        return value != nullptr ? value : "";
    }

    static void tell_when_to_retry(SoupServerMessage *message, const char *when)
    {
        soup_message_headers_append(soup_server_message_get_response_headers(message),
                                    "Retry-After", when);
    }

    static std::string in_seconds(int seconds)
    {
        g_autoptr(GDateTime) now = g_date_time_new_now_utc();
        g_autoptr(GDateTime) then = g_date_time_add_seconds(now, seconds);
        g_autofree char *text = soup_date_time_to_string(then, SOUP_DATE_HTTP);
        return text;
    }

    static void handle(SoupServer *, SoupServerMessage *message, const char *path, GHashTable *,
                       gpointer self)
    {
        auto *server = static_cast<Server *>(self);
        SoupMessageHeaders *headers = soup_server_message_get_request_headers(message);
        SoupMessageBody *body = soup_server_message_get_request_body(message);
        Request request{path,
                        std::string(body->data, static_cast<std::size_t>(body->length)),
                        header(headers, "Idempotency-Key"),
                        header(headers, "X-Hub-Signature-256"),
                        header(headers, "Authorization"),
                        header(headers, "Content-Type"),
                        std::chrono::steady_clock::now()};
        const std::lock_guard<std::mutex> lock(server->mutex_);
        const int answer = server->answers_(static_cast<int>(server->requests_.size()));
        server->requests_.push_back(request);
        if (answer == Stall) {
            soup_server_message_pause(message);
        } else if (answer == Close) {
            GSocket *socket = soup_server_message_get_socket(message);
            g_socket_close(socket, nullptr);
        } else if (answer == Redirect) {
            soup_server_message_set_redirect(message, 302, "/elsewhere");
        } else {
            if (answer < 300)
                server->taken_.push_back(request.text);
            if (answer == 429)
                tell_when_to_retry(message, "2");
            if (answer == 503)
                tell_when_to_retry(message, in_seconds(3).c_str());
            soup_server_message_set_status(message, static_cast<guint>(answer), nullptr);
        }
    }

    std::function<int(int)> answers_;
    GMainContext *context_ = g_main_context_new();
    GMainLoop *loop_ = g_main_loop_new(context_, FALSE);
    std::atomic<int> port_{0};
    std::mutex mutex_;
    std::vector<Request> requests_;
    std::vector<std::string> taken_;
    std::thread thread_;
};

} // namespace fovea::test
