// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include <libsoup/soup.h>

#include "service/watch_config.h"

namespace fovea {

/**
 * \brief Who is let in to the page: whoever knows its token, or without one whoever asks for it by this machine's own
 * names
 *
 * The token is said as `Authorization: Bearer TOKEN`, or once as /?token=TOKEN, which sets a cookie. On the thread of
 * the server, which outlives no answer of this.
 */
class PageDoor
{
public:
    /** \throw Error Settings when the token's file cannot be used, or a page for others than this machine has none */
    explicit PageDoor(const PageConfig &config);
    ~PageDoor();
    PageDoor(const PageDoor &) = delete;
    PageDoor &operator=(const PageDoor &) = delete;

    /** \brief Whether to answer; else it was refused, or told to come again with its cookie. \param query null: none */
    bool lets_in(SoupServerMessage *message, GHashTable *query);

private:
    bool is_of_this_machine(SoupServerMessage *message) const;
    std::string cookie_of(SoupServerMessage *message) const;
    void let_wait(SoupServerMessage *message);
    void forget(SoupServerMessage *message);
    static gboolean on_waited(gpointer data);

    PageConfig config_;
    std::string token_;                            ///< empty: nobody is asked
    std::map<SoupServerMessage *, guint> waiting_; ///< whom a wrong word keeps, and what ends that
};

} // namespace fovea
