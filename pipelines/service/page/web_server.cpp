// SPDX-License-Identifier: MIT
#include "service/page/web_server.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>
#include <utility>

#include <libsoup/soup.h>

#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/store/events/event.h"
#include "page.h"
#include "service/page/page_certificate.h"
#include "service/page/page_check.h"
#include "service/page/page_door.h"
#include "service/page/page_limits.h"
#include "service/page/page_reply.h"

namespace fovea {

namespace {

constexpr std::size_t most_told = 20'000; // of an answer, some 4 MB

struct PageFile {
    const char *path;
    const char *type;
    std::string_view content;
};

constexpr PageFile page_files[] = {
    {"/", "text/html; charset=utf-8", page::index_html},
    {"/page.css", "text/css; charset=utf-8", page::page_css},
    {"/page.js", "text/javascript; charset=utf-8", page::page_js},
};

struct KeptFile {
    const char *path;
    Evidence which;
    const char *type;
    const char *what;
};

constexpr KeptFile kept_files[] = {
    {"/clips/", Evidence::Clip, "video/mp4", "clip"},
    {"/stills/", Evidence::Still, "image/jpeg", "picture"},
    {"/lines/", Evidence::Line, "application/json", "line"},
};

std::optional<std::int64_t> number_from(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/** \return \a otherwise where it is not asked for; negative: what is asked for is no number */
std::int64_t number_of(GHashTable *query, const char *name, std::int64_t otherwise)
{
    const auto *text =
        query != nullptr ? static_cast<const char *>(g_hash_table_lookup(query, name)) : nullptr;
    return text != nullptr ? number_from(text).value_or(-1) : otherwise;
}

/* What is behind \a prefix in \a path; none: it begins otherwise, or nothing is behind it */
std::optional<std::string> behind(const std::string &path, const std::string &prefix)
{
    if (path.compare(0, prefix.size(), prefix) != 0 || path.size() == prefix.size())
        return std::nullopt;
    return path.substr(prefix.size());
}

/* Null: the path is of something else */
const KeptFile *kept_file(const std::string &path)
{
    const auto *kept =
        std::find_if(std::begin(kept_files), std::end(kept_files),
                     [&](const KeptFile &one) { return behind(path, one.path).has_value(); });
    return kept != std::end(kept_files) ? kept : nullptr;
}

/* libsoup sends parts as often as they are asked for, and nothing of one that begins before the first byte or ends
 * behind the last, which is to be cut (RFC 9110, 14.1.2) */
void keep_one_range(SoupServerMessage *message)
{
    SoupMessageHeaders *request = soup_server_message_get_request_headers(message);
    const char *asked = soup_message_headers_get_list(request, "Range");
    const goffset length = soup_server_message_get_response_body(message)->length;
    SoupRange *ranges = nullptr;
    int count = 0;
    if (asked == nullptr ||
        soup_message_headers_get_ranges(request, length, &ranges, &count) == FALSE)
        return;
    const SoupRange first = *ranges;
    soup_message_headers_free_ranges(request, ranges);
    // by If-Range it is for a version of the file that was told, and none is
    if (std::strchr(asked, ',') != nullptr || first.start < 0 ||
        soup_message_headers_get_one(request, "If-Range") != nullptr)
        soup_message_headers_remove(request, "Range");
    else if (first.start < length && first.end >= length)
        soup_message_headers_set_range(request, first.start, length - 1);
}

void refuse_method(SoupServerMessage *message)
{
    soup_message_headers_replace(soup_server_message_get_response_headers(message), "Allow",
                                 "GET, HEAD, POST");
    refuse(message, SOUP_STATUS_METHOD_NOT_ALLOWED, "expected GET");
}

void answer_json(SoupServerMessage *message, const Json &json)
{
    answer(message, SOUP_STATUS_OK, "application/json", one_line(json));
}

} // namespace

class WebServer::Answers
{
public:
    Answers(const PageConfig &config, PageSource *source)
        : source_(source), config_(config), door_(config_)
    {
        server_ = soup_server_new("server-header", "fovea", nullptr);
        limit_visitors(server_, PageLimits());
        soup_server_add_handler(server_, nullptr, on_request, this, nullptr);
        listen();
    }

    ~Answers()
    {
        soup_server_disconnect(server_);
        g_object_unref(server_);
    }

    Answers(const Answers &) = delete;
    Answers &operator=(const Answers &) = delete;

    std::string address() const
    {
        GSList *uris = soup_server_get_uris(server_);
        g_autofree gchar *text =
            uris != nullptr ? g_uri_to_string(static_cast<GUri *>(uris->data)) : nullptr;
        g_slist_free_full(uris, reinterpret_cast<GDestroyNotify>(g_uri_unref));
        return text != nullptr ? text : "";
    }

    bool renew_certificate()
    {
        if (config_.certificate_file.empty())
            return false;
        g_autoptr(GTlsCertificate) certificate = page_certificate(config_);
        if (g_tls_certificate_is_same(certificate, soup_server_get_tls_certificate(server_)) !=
            FALSE)
            return false;
        soup_server_set_tls_certificate(server_, certificate);
        return true;
    }

private:
    void listen()
    {
        auto options = static_cast<SoupServerListenOptions>(0);
        g_autoptr(GError) error = nullptr;
        if (!config_.certificate_file.empty()) {
            g_autoptr(GTlsCertificate) certificate = page_certificate(config_);
            soup_server_set_tls_certificate(server_, certificate);
            options = SOUP_SERVER_LISTEN_HTTPS;
        }
        g_autoptr(GSocketAddress) where = g_inet_socket_address_new_from_string(
            config_.address.c_str(), static_cast<guint>(config_.port));
        if (soup_server_listen(server_, where, options, &error) == FALSE)
            throw not_served(config_, error->message);
    }

    static void on_request(SoupServer *, SoupServerMessage *message, const char *path,
                           GHashTable *query, gpointer self)
    {
        auto *answers = static_cast<Answers *>(self);
        bind_browser(message, answers->config_);
        try {
            answers->respond(message, path, query);
        } catch (const std::exception &error) {
            refuse(message, SOUP_STATUS_INTERNAL_SERVER_ERROR, error.what());
        }
        keep_one_range(message);
    }

    void respond(SoupServerMessage *message, const std::string &path, GHashTable *query)
    {
        const std::string method = soup_server_message_get_method(message);
        if (path == "/healthz") {
            const bool good = source_->healthy();
            answer(message, good ? SOUP_STATUS_OK : SOUP_STATUS_SERVICE_UNAVAILABLE, "text/plain",
                   good ? "ok\n" : "not ok\n");
            return;
        }
        if (!door_.lets_in(message, query))
            return;
        const auto *entered = std::find_if(std::begin(page_files), std::end(page_files),
                                           [&](const PageFile &one) { return path == one.path; });
        if (method == "POST")
            take_verdict(message, path);
        else if (method != "GET" && method != "HEAD")
            refuse_method(message);
        else if (entered != std::end(page_files))
            answer(message, SOUP_STATUS_OK, entered->type, entered->content);
        else if (path == "/api/cameras")
            answer_json(message, source_->cameras());
        else if (path == "/api/state")
            answer_json(message, source_->state());
        else if (path == "/api/alarms")
            give_alarms(message, query);
        else if (path == "/metrics")
            answer(message, SOUP_STATUS_OK, "text/plain; version=0.0.4", source_->metrics());
        else if (const auto camera = behind(path, "/pictures/"))
            give_picture(message, *camera);
        else if (const auto *kept = kept_file(path))
            give_file(message, *behind(path, kept->path), *kept);
        else
            refuse(message, SOUP_STATUS_NOT_FOUND, "there is no such page");
    }

    void give_alarms(SoupServerMessage *message, GHashTable *query)
    {
        constexpr std::int64_t last_ms = 4'000'000'000'000; // the year 2096
        const auto from = number_of(query, "from", 0);
        const auto to = number_of(query, "to", last_ms);
        const auto limit = number_of(query, "limit", most_told);
        if (from < 0 || to < from || to > last_ms || limit < 1) {
            refuse(message, SOUP_STATUS_BAD_REQUEST,
                   "expected from, to in milliseconds since 1970, limit from 1");
            return;
        }
        answer_json(
            message,
            source_->alarms({from * nanoseconds_per_millisecond, to * nanoseconds_per_millisecond},
                            std::min<std::size_t>(static_cast<std::size_t>(limit), most_told)));
    }

    void give_picture(SoupServerMessage *message, const std::string &camera)
    {
        const auto picture = source_->picture(camera);
        if (!picture || picture->empty()) {
            refuse(message, SOUP_STATUS_NOT_FOUND, "there is no picture of this camera");
            return;
        }
        answer(message, SOUP_STATUS_OK, "image/jpeg",
               {reinterpret_cast<const char *>(picture->data()), picture->size()});
    }

    void give_file(SoupServerMessage *message, const std::string &alarm, const KeptFile &kept)
    {
        const auto id = number_from(alarm);
        const auto file = id ? source_->evidence(*id, kept.which) : std::nullopt;
        g_autoptr(GMappedFile) mapped =
            file ? g_mapped_file_new(file->c_str(), FALSE, nullptr) : nullptr;
        if (mapped == nullptr) {
            refuse(message, SOUP_STATUS_NOT_FOUND,
                   std::string("there is no ") + kept.what + " of this alarm");
            return;
        }
        const char *type = file->extension() == ".mkv" ? "video/x-matroska" : kept.type;
        g_autoptr(GBytes) bytes = g_mapped_file_get_bytes(mapped);
        soup_server_message_set_status(message, SOUP_STATUS_OK, nullptr);
        SoupMessageHeaders *headers = soup_server_message_get_response_headers(message);
        soup_message_headers_set_content_type(headers, type, nullptr);
        soup_message_headers_replace(headers, "Accept-Ranges", "bytes");
        soup_message_body_append_bytes(soup_server_message_get_response_body(message), bytes);
    }

    void take_verdict(SoupServerMessage *message, const std::string &path)
    {
        SoupMessageHeaders *request = soup_server_message_get_request_headers(message);
        const char *type = soup_message_headers_get_content_type(request, nullptr);
        if (g_strcmp0(type, "application/json") != 0) { // a form of another page cannot say so
            refuse(message, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE, "expected application/json");
            return;
        }
        const std::string suffix = "/verdict";
        const auto rest = behind(path, "/api/alarms/");
        const bool fits = rest && rest->size() > suffix.size() &&
                          rest->compare(rest->size() - suffix.size(), suffix.size(), suffix) == 0;
        const auto id =
            fits ? number_from(std::string_view(*rest).substr(0, rest->size() - suffix.size()))
                 : std::nullopt;
        if (!id) {
            refuse(message, SOUP_STATUS_NOT_FOUND, "there is no such page");
            return;
        }
        SoupMessageBody *body = soup_server_message_get_request_body(message);
        const bool is_kept =
            soup_message_body_get_accumulate(body) != FALSE; // else it was too long
        g_autoptr(GBytes) bytes =
            is_kept ? soup_message_body_flatten(body) : g_bytes_new(nullptr, 0);
        gsize size = 0;
        const auto *data = static_cast<const char *>(g_bytes_get_data(bytes, &size));
        const Json json = Json::parse(data, data + size, nullptr, /*allow_exceptions=*/false);
        const bool is_text =
            json.is_object() && json.contains("verdict") && json["verdict"].is_string();
        const std::string verdict = is_text ? json["verdict"].get<std::string>() : "?";
        if (find_named(verdicts, verdict) == nullptr && !verdict.empty()) {
            refuse(message, SOUP_STATUS_BAD_REQUEST,
                   R"(expected {"verdict": "true"}, "nothing" or "")");
            return;
        }
        if (source_->judge(*id, verdict))
            answer_json(message, {{"id", *id}, {"verdict", verdict}});
        else
            refuse(message, SOUP_STATUS_NOT_FOUND, "there is no such alarm");
    }

    PageSource *source_;
    PageConfig config_;
    PageDoor door_;
    SoupServer *server_ = nullptr;
};

WebServer::WebServer(const PageConfig &config, PageSource *source)
    : answers_(std::make_unique<Answers>(config, source))
{
}

WebServer::~WebServer() = default;

std::string WebServer::address() const
{
    return answers_->address();
}

bool WebServer::renew_certificate()
{
    return answers_->renew_certificate();
}

} // namespace fovea
