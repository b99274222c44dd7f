// SPDX-License-Identifier: MIT
#include "service/page/page_door.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "service/page/page_check.h"
#include "service/page/page_reply.h"

namespace fovea {

namespace {

constexpr guint too_many_requests = 429; // RFC 6585
constexpr std::string_view cookie_start = "fovea-";

/* In the same time whatever they hold */
bool same_word(const std::string &one, std::string_view other)
{
    unsigned difference = one.size() == other.size() ? 0 : 1;
    for (std::size_t i = 0; i < one.size(); ++i)
        difference |= static_cast<unsigned char>(one[i]) ^
                      static_cast<unsigned char>(other.empty() ? 0 : other[i % other.size()]);
    return difference == 0;
}

/* Browsers keep cookies by host, whatever the port, and that may be a container's own: of two watches each has its own */
std::string cookie_of(const std::string &token)
{
    constexpr std::size_t letters = 8;
    g_autofree gchar *hash =
        g_compute_checksum_for_string(G_CHECKSUM_SHA256, token.c_str(), /*length=*/-1);
    return std::string(cookie_start) + std::string(hash, letters) + "=";
}

struct Waiting {
    PageDoor *door;
    SoupServerMessage *message; ///< a reference
};

} // namespace

PageDoor::PageDoor(const PageConfig &config, const WrongWords &wrong)
    : config_(config), wrong_(wrong), token_(page_token(config)), cookie_(cookie_of(token_))
{
    check_visitors(config);
}

PageDoor::~PageDoor()
{
    while (!waiting_.empty())
        forget(waiting_.begin()->first);
}

/* A page of another origin may lead a browser here by a name of its own */
bool PageDoor::is_of_this_machine(SoupServerMessage *message) const
{
    const char *host =
        soup_message_headers_get_one(soup_server_message_get_request_headers(message), "Host");
    const std::string_view name = host != nullptr ? host : "";
    const std::string bare(name.substr(0, name.rfind(':')));
    return bare == "localhost" || bare == config_.address || is_loopback(bare) || bare == "[::1]";
}

bool PageDoor::lets_in(SoupServerMessage *message, GHashTable *query)
{
    if (token_.empty()) {
        if (is_of_this_machine(message))
            return true;
        refuse(message, SOUP_STATUS_FORBIDDEN, "ask for it by this machine's own address");
        return false;
    }
    SoupMessageHeaders *request = soup_server_message_get_request_headers(message);
    const auto *asked =
        query != nullptr ? static_cast<const char *>(g_hash_table_lookup(query, "token")) : nullptr;
    if (asked != nullptr && same_word(token_, asked)) {
        const std::string set = cookie_ + token_ +
                                "; HttpOnly; SameSite=Strict; Path=/; Max-Age=31536000" +
                                (config_.certificate_file.empty() ? "" : "; Secure");
        SoupMessageHeaders *response = soup_server_message_get_response_headers(message);
        soup_message_headers_append(response, "Set-Cookie", set.c_str());
        soup_message_headers_replace(response, "Location", "/");
        refuse(message, SOUP_STATUS_FOUND, "");
        return false;
    }
    const char *bearer = soup_message_headers_get_one(request, "Authorization");
    constexpr std::string_view scheme = "Bearer "; // in whatever case: RFC 9110, 11.1
    if (bearer != nullptr && g_ascii_strncasecmp(bearer, scheme.data(), scheme.size()) == 0 &&
        same_word(token_, bearer + scheme.size()))
        return true;
    bool is_wrong = asked != nullptr || bearer != nullptr;
    const char *line = soup_message_headers_get_list(request, "Cookie");
    for (std::string_view rest = line != nullptr ? line : ""; !rest.empty();) {
        std::string_view one = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(rest.size(), one.size() + 1));
        one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
        if (same_word(cookie_ + token_, one))
            return true;
        is_wrong |= one.substr(0, cookie_start.size()) == cookie_start; // its name is tried with it
    }
    if (is_wrong && waiting_.size() >= wrong_.most_waiting) {
        refuse(message, too_many_requests, "too many wrong tokens; try again");
        return false;
    }
    soup_message_headers_replace(soup_server_message_get_response_headers(message),
                                 "WWW-Authenticate", "Bearer");
    refuse(message, SOUP_STATUS_UNAUTHORIZED, "expected the token: /?token=TOKEN");
    if (is_wrong)
        let_wait(message);
    return false;
}

void PageDoor::let_wait(SoupServerMessage *message)
{
    soup_server_message_pause(message);
    const auto drop = [](gpointer data) {
        auto *waiting = static_cast<Waiting *>(data);
        g_object_unref(waiting->message);
        delete waiting;
    };
    waiting_[message] =
        g_timeout_add_full(G_PRIORITY_DEFAULT, wrong_.wait_ms, on_waited,
                           new Waiting{this, SOUP_SERVER_MESSAGE(g_object_ref(message))}, drop);
    g_signal_connect(message, "finished", G_CALLBACK(+[](SoupServerMessage *gone, gpointer self) {
                         static_cast<PageDoor *>(self)->forget(gone);
                     }),
                     this);
}

gboolean PageDoor::on_waited(gpointer data)
{
    const Waiting waiting = *static_cast<Waiting *>(data);
    waiting.door->waiting_.erase(waiting.message);
    g_signal_handlers_disconnect_by_data(waiting.message, waiting.door);
    soup_server_message_unpause(waiting.message);
    return G_SOURCE_REMOVE;
}

void PageDoor::forget(SoupServerMessage *message)
{
    const auto found = waiting_.find(message);
    if (found == waiting_.end())
        return;
    const guint source = found->second;
    waiting_.erase(found);
    g_signal_handlers_disconnect_by_data(message, this);
    g_source_remove(source); // the message may go with it
}

} // namespace fovea
