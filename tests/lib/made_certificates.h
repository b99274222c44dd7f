// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>
#include <string>

namespace fovea::test {

/** \brief Into the folder \a at: ca.pem of an authority, cert.pem and key.pem of localhost. \return false: there is no openssl */
inline bool made_certificates(const std::string &at)
{
    const std::string make = "cd " + at +
                             " && openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out "
                             "ca.pem -subj /CN=ca -days 2"
                             " && openssl req -newkey rsa:2048 -nodes -keyout key.pem -out "
                             "request.pem -subj /CN=localhost"
                             " && openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key "
                             "-CAcreateserial -out cert.pem -days 2"
                             " && chmod -R a+rX . ";
    return std::system(("(" + make + ") >/dev/null 2>&1").c_str()) == 0;
}

} // namespace fovea::test
