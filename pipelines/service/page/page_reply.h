// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <libsoup/soup.h>

#include "service/watch_config.h"

namespace fovea {

void answer(SoupServerMessage *message, guint status, const char *type, std::string_view body);

/** \param why one line, of text */
void refuse(SoupServerMessage *message, guint status, const std::string &why);

/** \brief What browsers may do with an answer of the page: keep nothing, and show the page in no frame but of shown_in's pages */
void bind_browser(SoupServerMessage *message, const PageConfig &config);

} // namespace fovea
