// SPDX-License-Identifier: MIT
#include "service/own_bundles.h"

#include <system_error>
#include <utility>

#include "fovea/bundle/bundle.h"
#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/sha256.h"
#include "fovea/core/errors.h"
#include "fovea/decide/alarm.h"
#include "fovea/store/events/adapted_folder.h"
#include "service/camera_chains.h"
#include "service/event_log.h"

namespace fovea {

namespace {

constexpr guint settling_ms = 500; // a folder is replaced in several steps

} // namespace

OwnBundles::OwnBundles(const WatchConfig &config, std::function<void()> on_change)
    : events_(config.folder / "events.db"), model_(config.model), on_change_(std::move(on_change))
{
    const auto all = folder("").parent_path();
    std::error_code error;
    std::filesystem::create_directories(all, error);
    g_autoptr(GFile) file = g_file_new_for_path(all.c_str());
    monitor_ = g_file_monitor_directory(file, G_FILE_MONITOR_WATCH_MOVES, nullptr, nullptr);
    if (monitor_ == nullptr)
        return; // SIGHUP does it as well
    const auto on_event = +[](GFileMonitor *, GFile *, GFile *, GFileMonitorEvent, gpointer self) {
        const auto on_settled = [](gpointer same) -> gboolean {
            static_cast<OwnBundles *>(same)->settling_ = 0;
            static_cast<OwnBundles *>(same)->on_change_();
            return G_SOURCE_REMOVE;
        };
        auto *own = static_cast<OwnBundles *>(self);
        if (own->settling_ == 0)
            own->settling_ = g_timeout_add(settling_ms, on_settled, own);
    };
    g_signal_connect(monitor_, "changed", G_CALLBACK(on_event), this);
}

OwnBundles::~OwnBundles()
{
    if (settling_ != 0)
        g_source_remove(settling_);
    g_clear_object(&monitor_);
}

std::filesystem::path OwnBundles::folder(const std::string &camera) const
{
    return adapted_folder(events_, camera);
}

/* Empty: there is none */
std::string OwnBundles::state_of(const std::string &camera) const
{
    const auto card = folder(camera) / card_name;
    std::error_code error;
    try {
        return std::filesystem::exists(card, error) ? sha256_of(card) : "";
    } catch (const Error &) {
        return ""; // gone meanwhile
    }
}

bool OwnBundles::has_changed(const std::string &camera) const
{
    const auto taken = taken_.find(camera);
    return taken != taken_.end() && taken->second != state_of(camera);
}

std::string OwnBundles::take(const CameraConfig &camera)
{
    const std::string &name = camera.name;
    const std::string place = folder(name).string();
    const Bundle model = Bundle::open(model_);
    taken_[name] = state_of(name);
    if (taken_[name].empty())
        return "";
    try {
        const Bundle own = Bundle::open(place);
        if (own.features_sha256() == model.features_sha256() && own.labels() == model.labels()) {
            window_settings(own); // what the pipeline would end with
            Alarms(own.labels(), alarm_rule(camera, own));
            log_line(name + ": with its own head, '" + place + "'");
            return place;
        }
        log_line(name + ": '" + place +
                 "' is left alone, it was adapted from other weights than "
                 "those of '" +
                 model_ + "'; let it watch, then run fovea adapt again");
    } catch (const Error &error) {
        log_line(name + ": its own head is left alone: " + error.what());
    }
    return "";
}

} // namespace fovea
