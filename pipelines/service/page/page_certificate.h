// SPDX-License-Identifier: MIT
#pragma once

#include <gio/gio.h>

#include "service/watch_config.h"

namespace fovea {

/**
 * \brief (transfer full) What the page proves itself with
 * \throw Error naming the file: NotFound where it cannot be read, Settings where the key is of another certificate
 */
GTlsCertificate *page_certificate(const PageConfig &config);

/**
 * \brief Of a process whose page is served by TLS: none before 1.2 (RFC 8996), by GIO to no side, unless the environment says
 * otherwise (G_TLS_GNUTLS_PRIORITY)
 *
 * GIO has no way to say it of one connection. Before the first of them, and before other threads.
 */
void refuse_old_tls(const PageConfig &config);

} // namespace fovea
