// SPDX-License-Identifier: MIT
#include "fovea/publish/http_transport.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <libsoup/soup.h>

#include "fovea/core/errors.h"
#include "fovea/core/secret.h"
#include "fovea/publish/receiver_uri.h"
#include "fovea/publish/retry_after.h"

namespace fovea {

namespace {

constexpr unsigned looks_at_stop_ms = 50;
constexpr std::chrono::seconds settled_within(
    1); // else what a slow receiver has would count as waiting
// of an answer, whose status says all: a connection is used again once it was read
constexpr std::size_t most_read = 65'536;
constexpr std::array<unsigned, 4> refusals = {400, 413, 415, 422};

/** \brief What became of one request */
struct Answer {
    explicit Answer(GCancellable *used) : cancel(used) {}

    GCancellable *cancel; ///< the caller's
    bool done = false;
    std::string error; ///< empty: there was an answer
    std::array<char, most_read> text = {};
};

class HttpTransport final : public Transport
{
public:
    HttpTransport(const std::string &uri, const PublisherOptions &options)
        : name_(receiver_uri(uri).name()), answer_within_(options.answer_within)
    {
        g_autoptr(GError) error = nullptr;
        uri_ = g_uri_parse(uri.c_str(), static_cast<GUriFlags>(SOUP_HTTP_URI_FLAGS), &error);
        if (uri_ == nullptr)
            throw Error(Error::Kind::Settings, "uri " + name_ + "...: it is no address of HTTP");
        try {
            take_secrets(options);
            make_session(options);
        } catch (...) {
            g_uri_unref(uri_);
            throw;
        }
    }

    ~HttpTransport() override
    {
        g_main_context_push_thread_default(context_.get());
        soup_session_abort(session_);
        g_object_unref(session_);
        while (g_main_context_iteration(context_.get(), /*may_block=*/FALSE) != FALSE) {
        }
        g_main_context_pop_thread_default(context_.get());
        g_uri_unref(uri_);
    }

    HttpTransport(const HttpTransport &) = delete;
    HttpTransport &operator=(const HttpTransport &) = delete;

    Delivery send(const std::vector<Message> &messages, const StopFlag &stop) override
    {
        Delivery delivery;
        g_main_context_push_thread_default(context_.get());
        const auto end = std::chrono::steady_clock::now() + settled_within;
        for (const Message &message : messages) {
            delivery.outcomes.push_back(post(message, stop, &delivery.why, &delivery.pause));
            if (delivery.outcomes.back() == SendOutcome::Pending) {
                delivery.pause = std::max(delivery.pause, pause_.next());
                break;
            }
            pause_.reset();
            if (std::chrono::steady_clock::now() > end)
                break;
        }
        g_main_context_pop_thread_default(context_.get());
        return delivery;
    }

private:
    void take_secrets(const PublisherOptions &options)
    {
        if (!options.signing_key.empty())
            key_ = read_secret(options.signing_key, "signing-key");
        if (options.credentials.empty())
            return;
        const Login login = read_login(options.credentials, "credentials");
        const std::string pair = login.user + ":" + login.password;
        g_autofree gchar *encoded =
            g_base64_encode(reinterpret_cast<const guchar *>(pair.data()), pair.size());
        authorization_ = std::string("Basic ") + encoded;
    }

    void make_session(const PublisherOptions &options)
    {
        g_autoptr(GTlsDatabase) certificates = nullptr;
        if (!options.ca_file.empty()) {
            g_autoptr(GError) error = nullptr;
            g_autofree gchar *file = g_canonicalize_filename(options.ca_file.c_str(), nullptr);
            certificates = g_tls_file_database_new(file, &error);
            if (certificates == nullptr)
                throw Error(Error::Kind::Settings,
                            "ca-file '" + options.ca_file.string() + "': " + error->message);
        }
        g_main_context_push_thread_default(context_.get());
        session_ = soup_session_new_with_options(
            "timeout", static_cast<guint>(answer_within_.count()), "user-agent", "fovea", nullptr);
        if (certificates != nullptr)
            soup_session_set_tls_database(session_, certificates);
        g_main_context_pop_thread_default(context_.get());
    }

    SoupMessage *request(const Message &message) const
    {
        SoupMessage *post = soup_message_new_from_uri("POST", uri_);
        SoupMessageHeaders *headers = soup_message_get_request_headers(post);
        soup_message_headers_append(headers, "Idempotency-Key", message.id.c_str());
        if (!key_.empty())
            soup_message_headers_append(headers, "X-Hub-Signature-256",
                                        http_signature(key_, message.text).c_str());
        if (!authorization_.empty())
            soup_message_headers_append(headers, "Authorization", authorization_.c_str());
        g_autoptr(GBytes) body = g_bytes_new(message.text.data(), message.text.size());
        soup_message_set_request_body_from_bytes(post, "application/json", body);
        soup_message_add_flags(post, SOUP_MESSAGE_NO_REDIRECT);
        return post;
    }

    static void begin_reading(GObject *session, GAsyncResult *result, gpointer data)
    {
        auto *answer = static_cast<Answer *>(data);
        g_autoptr(GError) error = nullptr;
        g_autoptr(GInputStream) body =
            soup_session_send_finish(SOUP_SESSION(session), result, &error);
        if (body != nullptr) {
            g_input_stream_read_all_async(body, answer->text.data(), answer->text.size(),
                                          G_PRIORITY_DEFAULT, answer->cancel, finish, answer);
            return;
        }
        answer->error = error->message;
        answer->done = true;
    }

    /*
     * Of one that is longer the rest is not read: its connection ends with the stream. The status has said whether the line was
     * taken, so one that breaks off or drips is no failure.
     */
    static void finish(GObject *body, GAsyncResult *result, gpointer data)
    {
        g_input_stream_read_all_finish(G_INPUT_STREAM(body), result, nullptr, nullptr);
        static_cast<Answer *>(data)->done = true;
    }

    SendOutcome post(const Message &message, const StopFlag &stop, std::string *why,
                     std::chrono::milliseconds *pause)
    {
        g_autoptr(SoupMessage) request = this->request(message);
        g_autoptr(GCancellable) cancel = g_cancellable_new();
        Answer answer(cancel);
        soup_session_send_async(session_, request, G_PRIORITY_DEFAULT, cancel, begin_reading,
                                &answer);
        wait_for(&answer, cancel, stop);
        if (!answer.error.empty()) {
            *why = stop.stopped() ? "" : answer.error;
            return SendOutcome::Pending;
        }
        const unsigned status = soup_message_get_status(request);
        if (SOUP_STATUS_IS_SUCCESSFUL(status))
            return SendOutcome::Confirmed;
        *why = "status " + std::to_string(status) + " " + soup_status_get_phrase(status);
        if (std::find(refusals.begin(), refusals.end(), status) != refusals.end())
            return SendOutcome::Refused;
        *pause = asked_pause(request);
        return SendOutcome::Pending;
    }

    /* libsoup's own timeout begins anew with each byte: a receiver that drips is left too. */
    void wait_for(Answer *answer, GCancellable *cancel, const StopFlag &stop) const
    {
        const auto end = std::chrono::steady_clock::now() + answer_within_;
        GSource *tick = g_timeout_source_new(looks_at_stop_ms);
        g_source_set_callback(
            tick, [](gpointer) -> gboolean { return G_SOURCE_CONTINUE; }, nullptr, nullptr);
        g_source_attach(tick, context_.get());
        while (!answer->done) {
            g_main_context_iteration(context_.get(), /*may_block=*/TRUE);
            if (stop.stopped() || std::chrono::steady_clock::now() > end)
                g_cancellable_cancel(cancel);
        }
        g_source_destroy(tick);
        g_source_unref(tick);
        if (g_cancellable_is_cancelled(cancel) != FALSE && !answer->error.empty())
            answer->error = "no answer within " + std::to_string(answer_within_.count()) + " s";
    }

    struct ContextDeleter {
        void operator()(GMainContext *context) const { g_main_context_unref(context); }
    };

    std::string name_;
    std::chrono::seconds answer_within_;
    GUri *uri_ = nullptr;
    std::string key_;
    std::string authorization_;
    std::unique_ptr<GMainContext, ContextDeleter> context_{g_main_context_new()};
    SoupSession *session_ = nullptr;
    GrowingPause pause_{receiver_pauses};
};

} // namespace

std::unique_ptr<Transport> make_http_transport(const std::string &uri,
                                               const PublisherOptions &options)
{
    return std::make_unique<HttpTransport>(uri, options);
}

std::string http_signature(const std::string &key, const std::string &body)
{
    g_autofree gchar *hmac =
        g_compute_hmac_for_string(G_CHECKSUM_SHA256, reinterpret_cast<const guchar *>(key.data()),
                                  key.size(), body.data(), static_cast<gssize>(body.size()));
    return std::string("sha256=") + hmac;
}

std::string http_library_version()
{
    return std::to_string(soup_get_major_version()) + "." +
           std::to_string(soup_get_minor_version()) + "." +
           std::to_string(soup_get_micro_version());
}

} // namespace fovea
