// SPDX-License-Identifier: MIT
#include "fovea/publish/receiver_uri.h"

#include <sstream>

#include <glib.h>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

Error wrong(const std::string &what, const std::string &why)
{
    return {Error::Kind::Settings, "uri " + what + "...: " + why};
}

std::string decoded(const std::string &text, const std::string &scheme)
{
    g_autofree gchar *plain = g_uri_unescape_string(text.c_str(), nullptr);
    if (plain == nullptr || !g_utf8_validate(plain, -1, nullptr))
        throw wrong(scheme + "://", "a '%' in it is not followed by the code of a character");
    return plain;
}

} // namespace

std::string scheme_of(const std::string &uri)
{
    g_autofree gchar *scheme = g_uri_parse_scheme(uri.c_str());
    if (scheme == nullptr)
        return "";
    g_autofree gchar *lower = g_ascii_strdown(scheme, -1);
    return lower;
}

ReceiverUri receiver_uri(const std::string &uri)
{
    ReceiverUri parsed;
    parsed.scheme = scheme_of(uri);
    const std::string start = parsed.scheme + "://";
    if (parsed.scheme.empty() || uri.compare(parsed.scheme.size(), 3, "://") != 0)
        throw wrong(parsed.scheme + ":", "expected " + start + "HOST");
    const std::string rest = uri.substr(start.size(), uri.find('#') - start.size());
    const std::size_t hosts_end = rest.find_first_of("/?");
    parsed.hosts = rest.substr(0, hosts_end);
    if (rest.find('@') != std::string::npos && rest.find('@') < rest.find('?'))
        throw wrong(start, "user and password do not belong there, where logs and `ps` show them; "
                           "credentials=file:PATH or env:NAME names where user:password stands");
    if (parsed.hosts.empty())
        throw wrong(start, "no host is named");
    for (const char character : parsed.hosts)
        if (!g_ascii_isalnum(character) &&
            std::string("-._:,[]").find(character) == std::string::npos)
            throw wrong(start, "a host's name has letters, digits, '-' and '.' only");

    const std::size_t query = rest.find('?');
    const std::size_t path = rest.find('/');
    if (path < query)
        parsed.path =
            decoded(rest.substr(path + 1, query == std::string::npos ? query : query - path - 1),
                    parsed.scheme);
    if (query == std::string::npos)
        return parsed;
    std::istringstream pairs(rest.substr(query + 1));
    for (std::string pair; std::getline(pairs, pair, '&');) {
        const std::size_t equals = pair.find('=');
        parsed.query.emplace_back(
            decoded(pair.substr(0, equals), parsed.scheme),
            equals == std::string::npos ? "" : decoded(pair.substr(equals + 1), parsed.scheme));
    }
    return parsed;
}

std::pair<std::string, int> host_and_port(const ReceiverUri &uri, int default_port)
{
    const std::string &hosts = uri.hosts;
    std::string host = hosts;
    std::string port;
    const std::size_t bracket = hosts.rfind(']'); // of an IPv6 address
    const std::size_t colon = hosts.rfind(':');
    if (colon != std::string::npos && (bracket == std::string::npos || colon > bracket)) {
        host = hosts.substr(0, colon);
        port = hosts.substr(colon + 1);
    }
    if (bracket != std::string::npos && host.front() == '[')
        host = host.substr(1, bracket - 1);
    else if (host.find_first_of(":[],") != std::string::npos)
        throw wrong(uri.name(), "expected one HOST or HOST:PORT");
    guint64 number = static_cast<guint64>(default_port);
    if (host.empty() || (!port.empty() &&
                         !g_ascii_string_to_unsigned(port.c_str(), 10, 1, 65535, &number, nullptr)))
        throw wrong(uri.name(), "the port is a number from 1 to 65535");
    return {host, static_cast<int>(number)};
}

} // namespace fovea
