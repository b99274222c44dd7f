// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "camera/camera_trust.h"
#include "fovea/core/secret.h"

namespace fovea {

/** \brief Where a camera is, and who asks; name and password are never part of what is printed */
struct CameraUri {
    enum class Kind {
        Rtsp,
        V4l2, ///< v4l2:///dev/videoN
        File, ///< looped
        Other ///< whatever else GStreamer has a source for
    };

    std::string uri; ///< without user name and password
    Kind kind = Kind::Other;
    Login login;       ///< empty: nobody asks
    CameraTrust trust; ///< whose certificates it may show, of rtsps and https

    std::string login_not_renewed; ///< why; empty: it is as it stands there now

    /** \brief The password may be another by now; where it cannot be read, that which is known stays. \param credentials as camera_uri() */
    void renew_login(const std::string &credentials);

    /** \brief \a text with the password, where it stands in it, made unreadable */
    std::string without_secrets(std::string text) const;
};

/**
 * \brief A URI, a device /dev/videoN or a path, with `user:password` from \a credentials
 * \param credentials `file:PATH` or `env:NAME`; empty: what the URI holds
 * \throw Error Settings when nothing can be read from there; as read_login()
 */
CameraUri camera_uri(const std::string &text, const std::string &credentials);

/**
 * \brief Where a redirection leads, if a login for \a uri may be said there
 * \param location as HTTP's header has it, relative or not
 * \return a URI of the same scheme, host and port; empty: it is none
 */
std::string place_of_same_host(const std::string &uri, const std::string &location);

/** \brief RTSP's own ports, by RFC 7826 */
constexpr guint16 rtsp_port = 554;
constexpr guint16 rtsps_port = 322;

/** \brief Where a redirection leads, as people are told: without login and query; empty: to no URI */
std::string told_place(const std::string &uri, const std::string &location);

} // namespace fovea
