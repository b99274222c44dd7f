// SPDX-License-Identifier: MIT
#pragma once

#include <gio/gio.h>

#include "service/watch_config.h"

namespace fovea {

/**
 * \brief (transfer full) What the page proves itself with
 * \throw Error Settings naming the file: it cannot be read, or the key is of another certificate
 */
GTlsCertificate *page_certificate(const PageConfig &config);

} // namespace fovea
