// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include <libsoup/soup.h>

#include "service/watch_config.h"

namespace fovea {

/** \brief What is done with words that are wrong */
struct WrongWords {
    guint wait_ms = 1000; ///< until the answer
    /** More are refused at once: each holds a connection, and behind a reverse proxy all are one host's (PageLimits) */
    std::size_t most_waiting = 10;
};

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
    /**
     * \param config outlives it
     * \throw Error Settings when the token's file cannot be used, or a page for others than this machine has none
     */
    explicit PageDoor(const PageConfig &config, const WrongWords &wrong = {});
    ~PageDoor();
    PageDoor(const PageDoor &) = delete;
    PageDoor &operator=(const PageDoor &) = delete;

    /** \brief Whether to answer; else it was refused, or told to come again with its cookie. \param query null: none */
    bool lets_in(SoupServerMessage *message, GHashTable *query);

    /** \brief How many are kept for a wrong word */
    std::size_t waiting() const { return waiting_.size(); }

private:
    bool is_of_this_machine(SoupServerMessage *message) const;
    void let_wait(SoupServerMessage *message);
    void forget(SoupServerMessage *message);
    static gboolean on_waited(gpointer data);

    const PageConfig &config_;
    WrongWords wrong_;
    std::string token_;                            ///< empty: nobody is asked
    std::string cookie_;                           ///< "NAME="
    std::map<SoupServerMessage *, guint> waiting_; ///< whom a wrong word keeps, and what ends that
};

} // namespace fovea
