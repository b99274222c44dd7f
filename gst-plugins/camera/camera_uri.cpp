// SPDX-License-Identifier: MIT
#include "camera/camera_uri.h"

#include <string_view>

#include <gst/gst.h>

#include "base/parsed_uri.h"
#include "fovea/core/camera_address.h"
#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr const char *credentials_property = "property credentials";

[[noreturn]] void refuse(const std::string &got)
{
    throw Error(Error::Kind::Settings,
                std::string("property uri: expected ") + camera_addresses + ", got " + got);
}

constexpr auto relaxed = static_cast<GUriFlags>(G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE |
                                                G_URI_FLAGS_PARSE_RELAXED);

std::string uri_of(const std::string &text)
{
    if (text.empty())
        refuse("no address");
    if (text.rfind("/dev/video", 0) == 0)
        return "v4l2://" + text;
    if (gst_uri_is_valid(text.c_str()) != FALSE)
        return text;
    g_autoptr(GError) error = nullptr;
    g_autofree gchar *uri = gst_filename_to_uri(text.c_str(), &error);
    if (uri == nullptr)
        refuse("'" + text + "'");
    return uri;
}

/** \brief Whether GUri gives its text (RFC 3986, section 3): relaxed reading ends a host at "http://host;x" before the ";" */
bool has_text(GUri *uri)
{
    const std::string_view path = g_uri_get_path(uri);
    return g_uri_get_host(uri) != nullptr ? path.empty() || path[0] == '/'
                                          : path.substr(0, 2) != "//";
}

/** \brief (transfer full) Where a redirection from \a from, which may be null, leads; null: to no URI */
GUri *destination(GUri *from, const std::string &location)
{
    if (from == nullptr || location.empty())
        return nullptr;
    g_autoptr(GUri) to = g_uri_parse_relative(from, location.c_str(), relaxed, nullptr);
    return to != nullptr && has_text(to) ? g_uri_ref(to) : nullptr;
}

/** \brief Its scheme, but "rtsp" of rtspt, rtspu and rtsph, which say how RTSP goes, not where */
std::string protocol_of(GUri *uri)
{
    std::string scheme = g_uri_get_scheme(uri);
    if (scheme.rfind("rtsp", 0) != 0)
        return scheme;
    return scheme.rfind("rtsps", 0) == 0 ? "rtsps" : "rtsp";
}

/** \brief RTSP's own where none is said, which GUri does not know */
int port_of(GUri *uri)
{
    const std::string protocol = protocol_of(uri);
    if (g_uri_get_port(uri) > 0 || protocol.rfind("rtsp", 0) != 0)
        return g_uri_get_port(uri);
    return protocol == "rtsps" ? rtsps_port : rtsp_port;
}

} // namespace

std::string CameraUri::without_secrets(std::string text) const
{
    const std::string &secret = login.password;
    if (secret.empty())
        return text;
    for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += 3)
        text.replace(at, secret.size(), "***");
    return text;
}

void CameraUri::renew_login(const std::string &credentials)
{
    if (credentials.empty())
        return;
    try {
        login = read_login(credentials, credentials_property);
        login_not_renewed.clear();
    } catch (const Error &error) { // as while the file is written
        login_not_renewed = error.what();
    }
}

CameraUri camera_uri(const std::string &text, const std::string &credentials)
{
    CameraUri camera;
    camera.uri = uri_of(text);
    g_autoptr(GstUri) uri = parsed_uri(camera.uri);
    if (uri == nullptr)
        refuse("what is no URI");
    const std::string_view scheme = gst_uri_get_scheme(uri);
    if (scheme.substr(0, 4) == "rtsp")
        camera.kind = CameraUri::Kind::Rtsp;
    else if (scheme == "v4l2")
        camera.kind = CameraUri::Kind::V4l2;
    else if (scheme == "file")
        camera.kind = CameraUri::Kind::File;
    if (const gchar *info = gst_uri_get_userinfo(uri)) {
        const std::string login = info;
        const std::size_t colon = login.find(':');
        camera.login = {login.substr(0, colon),
                        colon == std::string::npos ? "" : login.substr(colon + 1)};
        gst_uri_set_userinfo(uri, nullptr);
        g_autofree gchar *bare = gst_uri_to_string(uri);
        camera.uri = bare;
    }
    if (!credentials.empty())
        camera.login = read_login(credentials, credentials_property);
    return camera;
}

std::string place_of_same_host(const std::string &uri, const std::string &location)
{
    g_autoptr(GUri) from = g_uri_parse(uri.c_str(), relaxed, nullptr);
    g_autoptr(GUri) to = destination(from, location);
    if (to == nullptr || g_uri_get_host(to) == nullptr || g_uri_get_host(from) == nullptr ||
        g_uri_get_userinfo(to) != nullptr)
        return "";
    const bool is_same = protocol_of(from) == protocol_of(to) &&
                         g_ascii_strcasecmp(g_uri_get_host(from), g_uri_get_host(to)) == 0 &&
                         port_of(from) == port_of(to);
    g_autofree gchar *text = g_uri_to_string(to);
    return is_same ? text : "";
}

std::string told_place(const std::string &uri, const std::string &location)
{
    g_autoptr(GUri) from = g_uri_parse(uri.c_str(), relaxed, nullptr);
    g_autoptr(GUri) to = destination(from, location);
    if (to == nullptr)
        return "";
    constexpr auto hidden =
        static_cast<GUriHideFlags>(G_URI_HIDE_USERINFO | G_URI_HIDE_QUERY | G_URI_HIDE_FRAGMENT);
    g_autofree gchar *text = g_uri_to_string_partial(to, hidden);
    return text;
}

} // namespace fovea
