// SPDX-License-Identifier: MIT
#include "service/page/page_reply.h"

namespace fovea {

void answer(SoupServerMessage *message, guint status, const char *type, std::string_view body)
{
    soup_server_message_set_status(message, status, nullptr);
    soup_server_message_set_response(message, type, SOUP_MEMORY_COPY, body.data(), body.size());
}

void refuse(SoupServerMessage *message, guint status, const std::string &why)
{
    answer(message, status, "text/plain; charset=utf-8", why + "\n");
}

void bind_browser(SoupServerMessage *message, const PageConfig &config)
{
    SoupMessageHeaders *headers = soup_server_message_get_response_headers(message);
    soup_message_headers_replace(headers, "Cache-Control", "no-store");
    soup_message_headers_replace(headers, "X-Content-Type-Options", "nosniff");
    soup_message_headers_replace(headers, "Referrer-Policy", "no-referrer");
    // those of another site come without the cookie (SameSite) whatever this says
    soup_message_headers_replace(headers, "Cross-Origin-Resource-Policy",
                                 config.shown_in.empty() ? "same-origin" : "same-site");
    // in a frame of another page a click there could say "nothing" of an alarm here
    if (config.shown_in.empty()) // it can name no other origin
        soup_message_headers_replace(headers, "X-Frame-Options", "SAMEORIGIN");
    std::string frames = "'self'";
    for (const std::string &origin : config.shown_in)
        frames += " " + origin;
    const std::string policy =
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        "frame-ancestors " +
        frames + "; base-uri 'none'; form-action 'self'; object-src 'none'";
    soup_message_headers_replace(headers, "Content-Security-Policy", policy.c_str());
}

} // namespace fovea
