// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fovea/core/json.h"
#include "fovea/core/time.h"
#include "service/evidence/kept_files.h"
#include "service/watch_config.h"

namespace fovea {

/** \brief What the page asks for; on the main loop's thread */
class PageSource
{
public:
    virtual ~PageSource() = default;
    virtual Json cameras() = 0;
    virtual Json state() = 0; ///< of the watch itself
    /** \brief Alarms of which some lies in [from, to), newest first, at most so many */
    virtual Json alarms(TimeSpan utc, std::size_t most) = 0;
    /** \param verdict true, nothing, or empty \return false: there is no such alarm */
    virtual bool judge(std::int64_t alarm, const std::string &verdict) = 0;
    /** \brief JPEG; empty: none yet; none: there is no such camera */
    virtual std::optional<std::vector<std::uint8_t>> picture(const std::string &camera) = 0;
    /** \brief None: there is no such alarm, or no such file of it */
    virtual std::optional<std::filesystem::path> evidence(std::int64_t alarm, Evidence which) = 0;
    virtual std::string metrics() = 0; ///< Prometheus's text form
    virtual bool healthy() = 0;
};

/**
 * \brief The page, its data and what machines ask for, over HTTP
 *
 *     /                          the page (page/)
 *     /api/cameras  /api/state  /api/alarms?from=MS&to=MS[&limit=N]  POST /api/alarms/ID/verdict
 *     /pictures/CAMERA  /clips/ID  /stills/ID  /lines/ID    no path from outside reaches a file
 *     /metrics  /healthz
 *
 * With a token, all but /healthz wants it: as `Authorization: Bearer TOKEN`, or once as /?token=TOKEN, which
 * sets a cookie. Without one, only requests to this machine's own names are answered.
 */
class WebServer
{
public:
    /**
     * \param source outlives it
     * \throw Error Settings when a file cannot be used, or a page for others than this machine has no
     * token; Init when the port is taken
     */
    WebServer(const PageConfig &config, PageSource *source);
    ~WebServer();
    WebServer(const WebServer &) = delete;
    WebServer &operator=(const WebServer &) = delete;

    /** \brief Where it is to be found, with the port that was free where 0 was asked for */
    std::string address() const;

    /**
     * \brief Its certificate's files may hold another by now, which who comes from now on is shown
     * \return whether they do
     * \throw Error Settings where they cannot be used: it stays
     */
    bool renew_certificate();

private:
    class Answers;
    std::unique_ptr<Answers> answers_;
};

} // namespace fovea
