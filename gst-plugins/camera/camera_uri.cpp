// SPDX-License-Identifier: MIT
#include "camera/camera_uri.h"

#include <cstdlib>
#include <string_view>

#include <gst/gst.h>

#include "fovea/core/errors.h"
#include "fovea/core/text_file.h"

namespace fovea {

namespace {

[[noreturn]] void refuse(const std::string &why)
{
    throw Error(Error::Kind::Settings, why);
}

bool begins_with(const std::string &text, std::string_view start)
{
    return text.compare(0, start.size(), start) == 0;
}

std::string uri_of(const std::string &text)
{
    if (text.empty())
        refuse("property uri: expected rtsp://..., /dev/videoN or a file, got nothing");
    if (begins_with(text, "/dev/video"))
        return "v4l2://" + text;
    if (gst_uri_is_valid(text.c_str()) != FALSE)
        return text;
    g_autoptr(GError) error = nullptr;
    g_autofree gchar *uri = gst_filename_to_uri(text.c_str(), &error);
    if (uri == nullptr)
        refuse("property uri: expected rtsp://..., /dev/videoN or a file, got '" + text + "'");
    return uri;
}

std::string credentials_from(const std::string &source)
{
    std::string text;
    if (begins_with(source, "file:")) {
        text = trimmed(read_text(source.substr(5), "credentials"));
    } else if (begins_with(source, "env:")) {
        const char *value = std::getenv(source.substr(4).c_str());
        if (value == nullptr)
            refuse("property credentials: the environment has no " + source.substr(4));
        text = value;
    } else { // what it is must not be told: it may be the password itself
        refuse("property credentials: expected file:PATH or env:NAME");
    }
    if (text.find(':') == std::string::npos)
        refuse("property credentials: expected user:password in " + source);
    return text;
}

void take_credentials(const std::string &text, CameraUri *camera)
{
    const std::size_t colon = text.find(':');
    camera->user = text.substr(0, colon);
    camera->password = colon == std::string::npos ? "" : text.substr(colon + 1);
}

} // namespace

std::string CameraUri::without_secrets(std::string text) const
{
    if (password.empty())
        return text;
    for (std::size_t at = 0; (at = text.find(password, at)) != std::string::npos; at += 3)
        text.replace(at, password.size(), "***");
    return text;
}

CameraUri camera_uri(const std::string &text, const std::string &credentials)
{
    CameraUri camera;
    camera.uri = uri_of(text);
    g_autoptr(GstUri) uri = gst_uri_from_string(camera.uri.c_str());
    if (uri == nullptr)
        refuse("property uri: expected rtsp://..., /dev/videoN or a file, got what is no URI");
    const std::string_view scheme = gst_uri_get_scheme(uri);
    if (scheme.substr(0, 4) == "rtsp")
        camera.kind = CameraUri::Kind::Rtsp;
    else if (scheme == "v4l2")
        camera.kind = CameraUri::Kind::V4l2;
    if (const gchar *info = gst_uri_get_userinfo(uri)) {
        take_credentials(info, &camera);
        gst_uri_set_userinfo(uri, nullptr);
        g_autofree gchar *bare = gst_uri_to_string(uri);
        camera.uri = bare;
    }
    if (!credentials.empty())
        take_credentials(credentials_from(credentials), &camera);
    return camera;
}

} // namespace fovea
