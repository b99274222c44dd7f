// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "fovea/publish/publisher.h"
#include "fovea/publish/transport.h"

namespace fovea {

/**
 * \brief HTTP by libsoup 3: a POST a line, one after the other
 *
 * The body is the line, application/json. Headers: `Idempotency-Key` is the message's id; with a signing key,
 * `X-Hub-Signature-256: sha256=` and the HMAC-SHA256 of the body, hexadecimal, as GitHub's webhooks have it;
 * with credentials, `Authorization: Basic`. 2xx is a confirmation; 400, 413, 415 and 422 a refusal; with anything else,
 * no answer within PublisherOptions::answer_within included, it comes again, after pauses that grow or those that `Retry-After` asks for.
 * Redirections are not followed.
 * \param uri the whole URI; path and query may hold what is secret and are never told
 * \throw Error Settings for a wrong URI, key, credentials or certificates
 */
std::unique_ptr<Transport> make_http_transport(const std::string &uri,
                                               const PublisherOptions &options);

/** \brief The value of X-Hub-Signature-256 */
std::string http_signature(const std::string &key, const std::string &body);

/** \brief libsoup's, "3.2.3" */
std::string http_library_version();

} // namespace fovea
