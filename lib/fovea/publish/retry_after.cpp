// SPDX-License-Identifier: MIT
#include "fovea/publish/retry_after.h"

#include <algorithm>

namespace fovea {

namespace {

constexpr std::chrono::seconds longest_asked_pause(300);

std::chrono::seconds pause_asked_by(const char *text)
{
    guint64 seconds = 0;
    if (g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT, &seconds, nullptr) != FALSE)
        return std::chrono::seconds(seconds);
    g_autoptr(GDateTime) date = soup_date_time_new_from_http_string(text);
    if (date == nullptr)
        return std::chrono::seconds(0);
    const gint64 left = g_date_time_to_unix(date) - g_get_real_time() / G_USEC_PER_SEC;
    return std::chrono::seconds(std::max<gint64>(left, 0));
}

} // namespace

std::chrono::seconds asked_pause(SoupMessage *answered)
{
    const char *text =
        soup_message_headers_get_one(soup_message_get_response_headers(answered), "Retry-After");
    return text != nullptr ? std::min(pause_asked_by(text), longest_asked_pause)
                           : std::chrono::seconds(0);
}

} // namespace fovea
