// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace fovea {

/** \brief scheme://hosts/path?query of a receiver on a network, without user and password */
struct ReceiverUri {
    std::string scheme; ///< in lower case
    std::string hosts;  ///< host[:port], several with commas, as written; never empty
    std::string path;   ///< decoded, without the slash in front; may be empty
    std::vector<std::pair<std::string, std::string>> query; ///< decoded, in its order

    /** \brief scheme://hosts, which may be told: path and query may hold what is secret */
    std::string name() const { return scheme + "://" + hosts; }
};

/** \brief Scheme of a URI in lower case; empty: it has none and is a path */
std::string scheme_of(const std::string &uri);

/**
 * \param uri of a form in which more than one host may stand, as Kafka has it
 * \throw Error Settings when no host stands there or the encoding is wrong; when there is a user in it, without
 * telling it: credentials come from a file or the environment
 */
ReceiverUri receiver_uri(const std::string &uri);

/** \brief One host and its port. \throw Error Settings when it is another form or the port is none */
std::pair<std::string, int> host_and_port(const ReceiverUri &uri, int default_port);

} // namespace fovea
