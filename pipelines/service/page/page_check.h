// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/core/errors.h"
#include "service/watch_config.h"

namespace fovea {

/** \brief Whether only this machine reaches the address */
bool is_loopback(const std::string &address);

/** \brief Whether it is http://HOST or https://HOST, with a port or without, and nothing else */
bool is_origin(const std::string &text);

/** \brief The word that visitors must know; empty: nobody is asked. \throw Error where its file cannot be read, or is empty */
std::string page_token(const PageConfig &config);

/** \throw Error Settings where a page for others than this machine has no token */
void check_visitors(const PageConfig &config);

/** \brief That the page's files can be used, its address is one, and others than this machine must know a token.
 *  \throw Error with its place: NotFound of a file that may come yet, else Settings */
void check_page(const PageConfig &config);

/** \brief The error of a page that cannot be at its address and port, for the reason \a why */
Error not_served(const PageConfig &config, const std::string &why);

/** \brief Whether the page could be served at its address and port now. \throw Error Init where it cannot, as the start does */
void check_port(const PageConfig &config);

} // namespace fovea
