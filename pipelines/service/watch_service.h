// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fovea/store/events/event_store.h"
#include "fovea/store/events/window_store.h"
#include "service/alarm_pace.h"
#include "service/camera_watch.h"
#include "service/event_log.h"
#include "service/folder_lock.h"
#include "service/new_camera.h"
#include "service/open_alarms.h"
#include "service/own_bundles.h"
#include "service/page/web_server.h"
#include "service/settled_clock.h"
#include "service/window_keeper.h"

namespace fovea {

/**
 * \brief Cameras, alarms, evidence and the page, for as long as the process lives
 *
 * Everything but frames runs on the main loop's thread. A camera's trouble touches no other.
 */
class WatchService final : private CameraListener, private PageSource
{
public:
    /**
     * \param read gives the configuration again, on SIGHUP; empty: there is nothing to read
     * \throw Error when the model, the folder, a publisher or the page cannot be used
     */
    WatchService(WatchConfig config, std::function<WatchConfig()> read);
    ~WatchService() override;
    WatchService(const WatchService &) = delete;
    WatchService &operator=(const WatchService &) = delete;

    /** \brief Until SIGINT or SIGTERM; a SIGHUP that `fovea` blocked before is taken. \return the exit code */
    int run();

    /** \brief A camera hung when it was to stop: threads of it go on, whatever is destroyed */
    bool has_left() const { return has_left_; }

private:
    void on_alarm(const std::string &camera, const AlarmNews &news) override;
    void on_peak(const std::string &camera, const AlarmNews &news) override;
    void on_window(const std::string &camera, const WindowNews &news) override;
    void on_camera(const std::string &camera, const CameraNews &news) override;
    void on_clip(const std::string &camera, const ClipNews &news) override;

    Json cameras() override;
    Json state() override;
    Json alarms(TimeSpan utc, std::size_t most) override;
    bool judge(std::int64_t alarm, const std::string &verdict) override;
    std::optional<std::vector<std::uint8_t>> picture(const std::string &camera) override;
    std::optional<std::filesystem::path> evidence(std::int64_t alarm, Evidence which) override;
    std::string metrics() override;
    bool healthy() override;

    std::unique_ptr<CameraWatch> begun(NewCamera made);
    void take_adapted();
    void look_at_pace();
    void reload();
    void renew_certificate();
    void tidy();
    CameraWatch *find(const std::string &camera) const;

    const WatchConfig given_; ///< as it was said at the start
    WatchConfig config_;
    std::function<WatchConfig()> read_;
    std::uint64_t most_files_; ///< that may be open
    FolderLock lock_;          ///< before anything is read or ended in there
    EventLog log_;
    EventReader reader_;
    WindowStore windows_;
    WindowKeeper keeper_;
    AlarmPace pace_;
    SettledClock clock_;
    OwnBundles own_;
    OpenAlarms alarms_;
    std::vector<std::unique_ptr<CameraWatch>> cameras_;
    std::map<std::string, std::string> reasons_;        ///< why a camera is down
    std::map<std::string, std::string> record_reasons_; ///< why its record_uri is
    std::unique_ptr<WebServer> page_;
    bool has_left_ = false;
    bool does_head_wait_ = false; ///< a camera's new head could not be taken
};

} // namespace fovea
