// SPDX-License-Identifier: MIT
#include "service/page/page_check.h"

#include <algorithm>
#include <string_view>

#include <gio/gio.h>

#include "fovea/core/errors.h"
#include "fovea/core/text_file.h"
#include "service/page/page_certificate.h"

namespace fovea {

bool is_loopback(const std::string &address)
{
    g_autoptr(GInetAddress) parsed = g_inet_address_new_from_string(address.c_str());
    return parsed != nullptr && g_inet_address_get_is_loopback(parsed) != FALSE;
}

bool is_origin(const std::string &text)
{
    const auto stands_in_one =
        [](char letter) { // what else a URI may hold would end it in a header
            return g_ascii_isalnum(letter) != FALSE ||
                   std::string_view(".-_:/").find(letter) != std::string_view::npos;
        };
    if (!std::all_of(text.begin(), text.end(), stands_in_one) || text.empty() || text.back() == ':')
        return false;
    g_autoptr(GUri) uri = g_uri_parse(text.c_str(), G_URI_FLAGS_NONE, nullptr);
    if (uri == nullptr || g_uri_get_host(uri) == nullptr || *g_uri_get_host(uri) == '\0')
        return false;
    const std::string scheme = g_uri_get_scheme(uri);
    return (scheme == "http" || scheme == "https") && *g_uri_get_path(uri) == '\0';
}

std::string page_token(const PageConfig &config)
{
    if (config.token_file.empty())
        return "";
    std::string token = trimmed(read_text(config.token_file, "page.token_file"));
    if (token.empty())
        throw Error(Error::Kind::Settings, "page.token_file '" + config.token_file +
                                               "': expected a token, got an empty file");
    const auto stands_in_a_cookie = [](char letter) { // RFC 6265, 4.1.1
        return letter > ' ' && letter < 0x7f &&
               std::string_view("\",;\\").find(letter) == std::string_view::npos;
    };
    if (!std::all_of(token.begin(), token.end(), stands_in_a_cookie))
        throw Error(
            Error::Kind::Settings,
            "page.token_file '" + config.token_file +
                "': expected one word of ASCII without \" , ; and \\, as browsers keep no other; "
                "openssl rand -hex 16 makes one");
    return token;
}

void check_visitors(const PageConfig &config)
{
    g_autoptr(GSocketAddress) where =
        g_inet_socket_address_new_from_string(config.address.c_str(), /*port=*/0);
    if (where == nullptr)
        throw Error(Error::Kind::Settings,
                    "page.address: expected an address such as 127.0.0.1 or 0.0.0.0, got '" +
                        config.address + "'");
    if (config.token_file.empty() && !is_loopback(config.address))
        throw Error(Error::Kind::Settings,
                    "page.address '" + config.address +
                        "' is not of this machine alone: that needs page.token_file, a file with "
                        "the word that visitors must know");
}

void check_page(const PageConfig &config)
{
    if (!config.enabled)
        return;
    try {
        page_token(config);
        check_visitors(config);
        if (config.certificate_file.empty() != config.key_file.empty())
            throw Error(Error::Kind::Settings,
                        "page: expected certificate_file and key_file, or none of both, got one");
        if (!config.certificate_file.empty())
            g_object_unref(page_certificate(config));
    } catch (const Error &error) {
        throw Error(error.kind(), config.place + error.what());
    }
}

Error not_served(const PageConfig &config, const std::string &why)
{
    return {Error::Kind::Init, "the page cannot be served at " + config.address + " port " +
                                   std::to_string(config.port) + ": " + why +
                                   "; choose another page.port, or an address of this machine"};
}

void check_port(const PageConfig &config)
{
    if (!config.enabled)
        return;
    g_autoptr(GError) error = nullptr;
    g_autoptr(GSocketAddress) where = g_inet_socket_address_new_from_string(
        config.address.c_str(), static_cast<guint>(config.port));
    g_autoptr(GSocket) socket = g_socket_new(g_socket_address_get_family(where),
                                             G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
    if (socket == nullptr || g_socket_bind(socket, where, /*allow_reuse=*/TRUE, &error) == FALSE)
        throw not_served(config, error->message);
}

} // namespace fovea
